/** What a run has done to the records of its calls. */
export interface Damage {
  /** Acknowledged, and not in the log. */
  readonly lost: number
  /** Further copies in the log. */
  readonly doubled: number
  /** Records that stand behind one of their partition that was sent later, each seen at its first copy. */
  readonly reordered: number
}

/**
 * Compares what was acknowledged with what an independent reader has found. Records are numbered in the order in which they were sent.
 *
 * @param acknowledged - the numbers whose call succeeded
 * @param partitions - the numbers in the log of each partition, in its order
 */
export function damageOf(
  acknowledged: readonly number[],
  partitions: readonly (readonly number[])[],
): Damage {
  const found = new Set(partitions.flat())
  const copies = partitions.map((numbers) => [...new Set(numbers)])
  const total = partitions.reduce((sum, { length }) => sum + length, 0)
  return {
    lost: acknowledged.filter((number) => !found.has(number)).length,
    doubled: total - copies.reduce((sum, { length }) => sum + length, 0),
    reordered: copies.reduce((sum, numbers) => sum + behindLater(numbers), 0),
  }
}

function behindLater(numbers: readonly number[]): number {
  let highest = -1
  let behind = 0
  for (const number of numbers) {
    if (number < highest) behind++
    else highest = number
  }
  return behind
}
