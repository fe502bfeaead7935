import { batchesInKafka } from '../../../test/codecs/batches-in-kafka.js'
import { snappy } from '../src/index.js'

batchesInKafka(() => snappy())
