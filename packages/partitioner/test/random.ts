/** Gives the numbers in turn, and the last one for ever. */
export function scriptedRandom(...numbers: number[]): () => number {
  let next = 0
  return () => numbers[Math.min(next++, numbers.length - 1)]!
}
