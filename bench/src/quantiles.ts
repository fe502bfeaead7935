/** The value below which that share of the list is; of an empty list `NaN`. */
export function quantile(list: readonly number[], share: number): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length * share)] ?? NaN
}

/** The upper one of the two in the middle, where the list has an even length. */
export function median(list: readonly number[]): number {
  return quantile(list, 0.5)
}
