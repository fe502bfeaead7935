import * as zlib from 'node:zlib'
import { zstd } from '@sluice/protocol/zstd'
import { describe } from 'vitest'
import { codecInCluster } from '../../../test/codecs/codec-in-cluster.js'

describe.skipIf(!('zstdCompressSync' in zlib))('zstd', () => {
  codecInCluster(() => zstd())
})
