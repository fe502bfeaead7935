const seed = 0x9747b28c
const multiplier = 0x5bd1e995

/**
 * The hash of `LegacyPartitioner` in kafkajs, as a signed 32-bit integer. It multiplies doubles, so products above 2⁵³
 * lose their low bits before they are cut to 32 bits, and it counts an incomplete last word twice. Existing topics have
 * their keys where both mistakes put them, so `*` must not become `Math.imul` here.
 */
export function kafkajsMurmur2(bytes: Uint8Array): number {
  const { length } = bytes
  let hash = seed ^ length
  for (let i = 0; i < length; i += 4) {
    const mixed = wordAt(bytes, i) * multiplier
    hash = (hash * multiplier) ^ ((mixed ^ (mixed >>> 24)) * multiplier)
  }
  const rest = length & 3
  const wholeWords = length - rest
  if (rest === 3) hash ^= bytes[wholeWords + 2]! << 16
  if (rest >= 2) hash ^= bytes[wholeWords + 1]! << 8
  if (rest >= 1) hash = (hash ^ bytes[wholeWords]!) * multiplier
  hash = (hash ^ (hash >>> 13)) * multiplier
  return hash ^ (hash >>> 15)
}

/** Little-endian. Bytes beyond the end count as zero. */
function wordAt(bytes: Uint8Array, i: number): number {
  return bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
}
