import { lz4 } from '@sluice/codec-lz4'
import { snappy } from '@sluice/codec-snappy'
import { type CompressionCodec, KafkaError } from '@sluice/protocol'
import { gzip } from '@sluice/protocol/gzip'
import { zstd } from '@sluice/protocol/zstd'
import kafkajsGzip from 'kafkajs/src/protocol/message/compression/gzip.js'
import type { Party } from './party.js'
import type { Platformatic } from './platformatic.js'

/** The codecs of all three with their default levels. Null for one that lacks the codec. */
export interface Codecs {
  readonly name: string
  readonly of: Readonly<Record<Party, Codec | null>>
}

export interface Codec {
  compress(input: Buffer): Uint8Array | Promise<Uint8Array>
  decompress(input: Buffer): Uint8Array | Promise<Uint8Array>
}

export const codecs = (peer: Platformatic | null): Codecs[] =>
  [gzip, snappy, lz4, zstd].map((make) => ({
    name: make.name,
    of: {
      sluice: ours(make),
      kafkajs: make === gzip ? kafkajs : null,
      platformatic: peer && platformatic(peer, make.name),
    },
  }))

/** No batch of a producer is larger. */
const maxBytes = 2 ** 20

function ours(make: () => CompressionCodec): Codec | null {
  const codec = made(make)
  if (codec === null) return null
  return {
    compress: (input) => codec.compress(input),
    decompress: (input) => codec.decompress(input, maxBytes),
  }
}

/** Null when this Node lacks the codec: older versions have no zstd. */
function made(make: () => CompressionCodec): CompressionCodec | null {
  try {
    return make()
  } catch (error) {
    if (error instanceof KafkaError && error.code === 'CODEC_UNAVAILABLE') return null
    throw error
  }
}

const kafkajs: Codec = {
  compress: (input) => kafkajsGzip.compress({ buffer: input }),
  decompress: (input) => kafkajsGzip.decompress(input),
}

/** Its synchronous functions, which take the least CPU. */
function platformatic({ compressionsAlgorithms }: Platformatic, name: string): Codec | null {
  const algorithm = compressionsAlgorithms[name]
  if (!algorithm?.available) return null
  return {
    compress: (input) => algorithm.compressSync(input),
    decompress: (input) => algorithm.decompressSync(input),
  }
}
