import { gunzipSync, gzipSync } from 'node:zlib'
import type { CompressionCodec } from './codec.js'
import { KafkaError } from './errors.js'
import { optionsOf, wholeOption } from './options/option-checks.js'
import { withPortable } from './portable.js'

/** Options of {@link gzip}. */
export interface GzipOptions {
  /** zlib's level, 0 (store) to 9 (smallest), −1 for zlib's default.
   *  @defaultValue 1 */
  readonly level?: number
}

/**
 * gzip by `node:zlib`, on the calling thread: for batches of tens of kilobytes zlib's thread pool costs the
 * calling thread as much as compressing there.
 *
 * @throws KafkaError INVALID_OPTION for a level that zlib does not have
 */
export function gzip(options: GzipOptions = {}): CompressionCodec {
  const { level = 1 } = optionsOf('gzip', options, ['level'])
  wholeOption('gzip level', level, -1, 9)
  const codec: CompressionCodec = {
    id: 1,
    name: 'gzip',
    compress: (input) => gzipSync(input, { level }),
    decompress: (input, maxBytes) => gunzip(input, maxBytes),
  }
  return withPortable(codec, ['compress', 'decompress'], {
    module: '@sluice/protocol/gzip',
    export: 'gzip',
    options: { level },
  })
}

function gunzip(input: Uint8Array, maxBytes: number): Uint8Array {
  try {
    const output = gunzipSync(input, { maxOutputLength: Math.max(1, maxBytes) })
    if (output.length > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`)
    return output
  } catch (cause) {
    throw new KafkaError('CODEC_FAILED', `gzip: ${input.length} bytes did not decompress`, {
      cause,
    })
  }
}
