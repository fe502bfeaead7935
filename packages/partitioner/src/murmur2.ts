const seed = 0x9747b28c
const multiplier = 0x5bd1e995

/**
 * Kafka's hash of a key, as a signed 32-bit integer: `Utils.murmur2` of the Java client, bit for bit.
 *
 * It runs for each record with a key, so it reads the bytes one by one: a DataView would be an object for each key, and
 * BigInt costs twenty times as much.
 */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length
  const wholeWords = length & ~3
  let hash = seed ^ length
  for (let i = 0; i < wholeWords; i += 4) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    const mixed = Math.imul(word, multiplier)
    hash = Math.imul(hash, multiplier) ^ Math.imul(mixed ^ (mixed >>> 24), multiplier)
  }
  const rest = length & 3
  if (rest === 3) hash ^= bytes[wholeWords + 2]! << 16
  if (rest >= 2) hash ^= bytes[wholeWords + 1]! << 8
  if (rest >= 1) hash = Math.imul(hash ^ bytes[wholeWords]!, multiplier)
  hash = Math.imul(hash ^ (hash >>> 13), multiplier)
  return hash ^ (hash >>> 15)
}

/**
 * The partition where the Java producer puts a key (`BuiltInPartitioner.partitionForKey`). It counts all partitions,
 * with or without a leader, so a key stays where it is while brokers come and go.
 *
 * @param keyBytes - the key as it is written, in UTF-8 if it is text
 * @param partitionCount - how many partitions the topic has
 * @returns the number of the partition
 */
export function partitionForKey(keyBytes: Uint8Array, partitionCount: number): number {
  return (murmur2(keyBytes) & 0x7fffffff) % partitionCount
}
