import { batchesInKafka } from '../../../test/codecs/batches-in-kafka.js'
import { lz4 } from '../src/index.js'

batchesInKafka(() => lz4())
