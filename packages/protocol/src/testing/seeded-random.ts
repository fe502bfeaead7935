/**
 * A source of random numbers that a test can repeat: the same seed gives the same numbers (mulberry32).
 *
 * @param seed Any integer.
 * @returns A function that gives the next number, from 0 up to, not including, 1, as `Math.random` does.
 */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
