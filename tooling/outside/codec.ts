import { gunzipSync, gzipSync } from 'node:zlib'
import type { CompressionCodec } from '@sluice/protocol'

/** A codec as a user writes it: gzip that is as quick as it can be. It can be made again in the sender's thread. */
export function fastGzip({ level = 1 } = {}): CompressionCodec {
  return {
    id: 1,
    name: 'gzip-fast',
    // Beside the main program.
    portable: { module: './codec.js', export: 'fastGzip', options: { level } },
    compress: (input) => gzipSync(input, { level }),
    decompress(input, maxBytes) {
      const output = gunzipSync(input, { maxOutputLength: Math.max(1, maxBytes) })
      if (output.length > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`)
      return output
    },
  }
}
