import { batchesInKafka } from '../../../test/batches-in-kafka.js'
import { snappy } from '../src/index.js'

batchesInKafka(() => snappy())
