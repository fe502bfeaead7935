import { Buffer } from 'node:buffer'

/** Begins what snappy-java's stream writes, and cannot begin a raw block: that starts with no copy. */
const javaMagic = Buffer.from('\x82SNAPPY\0', 'latin1')
/** The magic, the version and the oldest version that can read it. */
const javaHeaderBytes = 16

/**
 * The raw blocks: the input itself, or, from Java, each part behind its length (32 bits, big endian).
 *
 * @throws RangeError where the end of a part is missing
 */
export function blocksOf(input: Uint8Array): Uint8Array[] {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength)
  if (!bytes.subarray(0, javaMagic.length).equals(javaMagic)) return [bytes]
  const blocks: Uint8Array[] = []
  let at = javaHeaderBytes
  while (at < bytes.length) {
    const start = at + 4
    at = start + bytes.readUInt32BE(at)
    blocks.push(bytes.subarray(start, at))
  }
  if (at !== bytes.length) throw new RangeError('the end of the last block is missing')
  return blocks
}
