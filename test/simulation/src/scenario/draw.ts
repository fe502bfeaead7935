import { seededRandom } from '@sluice/protocol/testing'

/** Draws values of a seed. */
export class Draw {
  readonly random: () => number

  constructor(seed: number) {
    this.random = seededRandom(seed)
  }

  /** A whole number, both ends included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.random() * (to - from + 1))
  }

  chance(probability: number): boolean {
    return this.random() < probability
  }

  of<T>(...values: readonly T[]): T {
    return values[Math.floor(this.random() * values.length)]!
  }
}
