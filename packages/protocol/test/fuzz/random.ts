/** Whole numbers that look random, from 0 up to but not including `below`. */
export type Random = (below: number) => number

/** The same numbers for the same seeds (splitmix32): run 5 of a seed can be had without the four before it. */
export function randomOf(seed: number, run: number): Random {
  let state = Math.imul(seed, 0x9e3779b1) ^ Math.imul(run, 0x85ebca6b)
  return (below) => {
    state = (state + 0x9e3779b9) | 0
    let value = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    value = Math.imul(value ^ (value >>> 15), 0x735a2d97)
    return ((value ^ (value >>> 15)) >>> 0) % below
  }
}

export function pick<T>(random: Random, items: readonly T[]): T {
  return items[random(items.length)]!
}
