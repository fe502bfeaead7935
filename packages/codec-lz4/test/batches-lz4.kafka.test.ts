import { batchesInKafka } from '../../../test/batches-in-kafka.js'
import { lz4 } from '../src/index.js'

batchesInKafka(() => lz4())
