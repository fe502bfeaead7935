const shortestMatch = 4
const offsetBytes = 2

/**
 * How many bytes a compressed block becomes: its sequences, each of literals and a copy, are added up.
 *
 * @throws RangeError where the last sequence does not end with the block
 */
export function blockContentLength(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  let length = 0
  while (at < end) {
    const token = bytes[at++]!
    let literals = token >> 4
    if (literals === 15) {
      const last = endOfNumber(bytes, at)
      literals += (last - at) * 255 + (bytes[last] ?? 0)
      at = last + 1
    }
    at += literals
    length += literals
    // The last sequence has no copy.
    if (at >= end) break
    at += offsetBytes
    let match = token & 15
    if (match === 15) {
      const last = endOfNumber(bytes, at)
      match += (last - at) * 255 + (bytes[last] ?? 0)
      at = last + 1
    }
    length += match + shortestMatch
  }
  if (at !== end) throw new RangeError('the end of a block is missing')
  return length
}

/** A number of 15 goes on in bytes that add up; the last of them is not 255. */
function endOfNumber(bytes: Uint8Array, start: number): number {
  let at = start
  while (bytes[at] === 255) at++
  return at
}
