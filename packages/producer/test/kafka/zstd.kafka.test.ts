import * as zlib from 'node:zlib'
import { zstd } from '@sluice/protocol/zstd'
import { describe } from 'vitest'
import { codecInKafka } from '../../../../test/codecs/codec-in-kafka.js'

describe.skipIf(!('zstdCompressSync' in zlib))('zstd', () => {
  codecInKafka('zstd', () => zstd())
})
