/** The first bucket ends here: a sixteenth of a millisecond. */
const smallest = 1 / 16
/** Each doubling of the value has so many buckets, so a bucket is at most an eighth wider than its lower end. */
const perDoubling = 8
const doublings = 23

/** How many buckets there are: one for all small values, the doublings, and the last bucket takes all that is larger. */
export const bucketCount = 1 + doublings * perDoubling

/** The bucket of a value in milliseconds. Values from a sixteenth of a millisecond to six minutes are told apart. */
export function bucketOf(value: number): number {
  const times = value / smallest
  if (!(times >= 1)) return 0
  if (times >= 2 ** doublings) return bucketCount - 1
  // The place of the highest bit: a logarithm and a power would cost more than all else.
  const doubling = 31 - Math.clz32(times)
  const within = Math.floor((times / (1 << doubling) - 1) * perDoubling)
  return 1 + doubling * perDoubling + within
}

/** Where a bucket ends, in milliseconds. */
export function endOf(bucket: number): number {
  if (bucket === 0) return smallest
  const doubling = Math.floor((bucket - 1) / perDoubling)
  const within = (bucket - 1) % perDoubling
  return smallest * 2 ** doubling * (1 + (within + 1) / perDoubling)
}
