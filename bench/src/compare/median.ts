/** The upper one of the two in the middle, where the list has an even length. */
export function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[list.length >> 1]!
}
