import * as zlib from 'node:zlib'
import { describe } from 'vitest'
import { batchesInKafka } from '../../../test/codecs/batches-in-kafka.js'
import { zstd } from '../src/zstd.js'

// CI runs this on a newer Node, too.
describe.skipIf(!('zstdCompressSync' in zlib))('with zstd, which needs Node 22.15', () => {
  batchesInKafka(() => zstd())
})
