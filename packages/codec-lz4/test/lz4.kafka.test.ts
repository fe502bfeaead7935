import { codecInKafka } from '../../../test/codecs/codec-in-kafka.js'
import { lz4 } from '../src/index.js'

codecInKafka('lz4', () => lz4())
