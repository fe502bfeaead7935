import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { CompressionCodec } from '@sluice/protocol'

const compress = promisify(gzip)
const decompress = promisify(gunzip)

/** gzip on zlib's threads: large batches, at a high level, do not hold up the calling thread. */
export function pooledGzip({ level = 9 } = {}): CompressionCodec {
  return {
    id: 1,
    name: 'gzip-pooled',
    compress: (input) => compress(input, { level }),
    async decompress(input, maxBytes) {
      const output = await decompress(input, { maxOutputLength: Math.max(1, maxBytes) })
      if (output.length > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`)
      return output
    },
  }
}
