import { codecInKafka } from '../../../test/codecs/codec-in-kafka.js'
import { snappy } from '../src/index.js'

codecInKafka('snappy', () => snappy())
