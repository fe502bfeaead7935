/** The most that bytes of a block can become: three bytes copy up to 64. */
const maxRatio = 22

/**
 * The length that a raw block gives for what is in it: a varint at its start.
 *
 * @throws RangeError where there is none of 32 bits, and where it is more than the block can hold
 */
export function uncompressedLength(block: Uint8Array): number {
  let length = 0
  let at = 0
  for (let byte = 0x80; byte >= 0x80; at++) {
    byte = block[at] ?? 0xff
    if (at === 5) throw new RangeError('the length is missing')
    length += (byte & 0x7f) * 128 ** at
  }
  if (length > (block.length - at) * maxRatio) {
    throw new RangeError(`${length} bytes cannot be in a block of ${block.length}`)
  }
  return length
}
