import { codecInKafka } from '../../../test/codec-in-kafka.js'
import { snappy } from '../src/index.js'

codecInKafka('snappy', () => snappy())
