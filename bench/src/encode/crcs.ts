import { crc32c } from '@sluice/protocol'
import kafkajsCrc from 'kafkajs/src/protocol/recordBatch/crc32C/index.js'
import type { Comparison } from './comparison.js'
import type { Party } from './party.js'
import type { Platformatic } from './platformatic.js'

export const crcs = (peer: Platformatic | null): Comparison<Party>[] =>
  [100, 16_384, 1_048_576].map((bytes) => {
    const input = Buffer.alloc(bytes, 'some bytes')
    return {
      name: `crc32c, ${bytes.toLocaleString('en')} B`,
      count: bytes,
      calls: {
        sluice: () => crc32c(input),
        kafkajs: () => kafkajsCrc(input),
        platformatic: peer && (() => peer.crc32c(input)),
      },
    }
  })
