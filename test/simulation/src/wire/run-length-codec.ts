import { Buffer } from 'node:buffer'
import type { CompressionCodec } from '@sluice/protocol'

/**
 * Stands for Snappy, whose bytes are not the same with every version of its library: pairs of a count and a byte.
 *
 * @param soon - calls later, for a codec that works elsewhere meanwhile; without it the codec answers at once
 */
export function runLengthCodec(soon?: (run: () => void) => void): CompressionCodec {
  return {
    id: 2,
    name: 'run-length',
    compress: (input) => {
      const output = compressed(input)
      return soon === undefined ? output : new Promise((resolve) => soon(() => resolve(output)))
    },
    decompress: decompressed,
  }
}

function compressed(input: Uint8Array): Uint8Array {
  const pairs: number[] = []
  for (let at = 0, count = 1; at < input.length; at += count, count = 1) {
    while (count < 255 && input[at + count] === input[at]) count++
    pairs.push(count, input[at]!)
  }
  return Buffer.from(pairs)
}

/** @throws Error when more than `maxBytes` would come out */
export function decompressed(input: Uint8Array, maxBytes = Infinity): Uint8Array {
  const parts: Buffer[] = []
  let bytes = 0
  for (let at = 0; at + 1 < input.length; at += 2) {
    bytes += input[at]!
    if (bytes > maxBytes) throw new Error(`more than ${maxBytes} bytes`)
    parts.push(Buffer.alloc(input[at]!, input[at + 1]))
  }
  return Buffer.concat(parts)
}
