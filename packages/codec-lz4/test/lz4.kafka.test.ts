import { codecInKafka } from '../../../test/codec-in-kafka.js'
import { lz4 } from '../src/index.js'

codecInKafka('lz4', () => lz4())
