import process from 'node:process'
import * as zlib from 'node:zlib'
import type { CompressionCodec } from './codec.js'
import { KafkaError } from './errors.js'
import { optionsOf, wholeOption } from './options/option-checks.js'
import { withPortable } from './portable.js'
import { checkZstdFrame } from './zstd-frame.js'

/** Options of {@link zstd}. */
export interface ZstdOptions {
  /** zstd's level, −131072 (fastest) to 22 (smallest), 0 for zstd's default, which is 3.
   *  @defaultValue 1, which makes JSON as small as gzip does at level 6, faster than gzip does at 1 */
  readonly level?: number
}

/** What `node:zlib` has since Node 22.15 and 23.8; older type definitions do not know it. */
interface ZstdFunctions {
  zstdCompressSync(input: Uint8Array, options: { params: Record<number, number> }): Uint8Array
  zstdDecompressSync(input: Uint8Array, options: { maxOutputLength: number }): Uint8Array
}

/** `ZSTD_c_compressionLevel`, a number of zstd's stable API. */
const compressionLevel = 100

/**
 * zstd by `node:zlib`, on the calling thread. Brokers take it from Kafka 2.1 on.
 *
 * @throws KafkaError INVALID_OPTION for a level that zstd does not have, CODEC_UNAVAILABLE on a Node without zstd
 */
export function zstd(options: ZstdOptions = {}): CompressionCodec {
  const { level = 1 } = optionsOf('zstd', options, ['level'])
  wholeOption('zstd level', level, -131_072, 22)
  const { zstdCompressSync, zstdDecompressSync } = zstdOfNode()
  const params = { params: { [compressionLevel]: level } }
  const codec: CompressionCodec = {
    id: 4,
    name: 'zstd',
    compress: (input) => zstdCompressSync(input, params),
    decompress: (input, maxBytes) => decompress(zstdDecompressSync, input, maxBytes),
  }
  return withPortable(codec, ['compress', 'decompress'], {
    module: '@sluice/protocol/zstd',
    export: 'zstd',
    options: { level },
  })
}

function zstdOfNode(): ZstdFunctions {
  const { zstdCompressSync, zstdDecompressSync } = zlib as unknown as Partial<ZstdFunctions>
  if (zstdCompressSync && zstdDecompressSync) return { zstdCompressSync, zstdDecompressSync }
  throw new KafkaError(
    'CODEC_UNAVAILABLE',
    `zstd needs Node 22.15, 23.8 or newer, this is ${process.version}`,
  )
}

function decompress(
  zstdDecompressSync: ZstdFunctions['zstdDecompressSync'],
  input: Uint8Array,
  maxBytes: number,
): Uint8Array {
  try {
    checkZstdFrame(input)
    const output = zstdDecompressSync(input, { maxOutputLength: Math.max(1, maxBytes) })
    if (output.length > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`)
    return output
  } catch (cause) {
    throw new KafkaError('CODEC_FAILED', `zstd: ${input.length} bytes did not decompress`, {
      cause,
    })
  }
}
