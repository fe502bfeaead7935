import { TroubleCounts } from './trouble-counts.js'

/** A trouble that comes back within this time is the same one. */
const calmMs = 60_000

/** Decides when a trouble that repeats itself is told, and begins anew after a calm minute. */
export class RepeatedTroubles {
  readonly #counts = new TroubleCounts('other troubles')
  #lastAt = -Infinity

  /**
   * To be called each time. After a minute without any trouble the next one is told as a new one.
   *
   * @param trouble - what has happened, as `TroubleCounts.again` takes it
   * @param now - monotonic milliseconds
   * @returns what the log is told: the trouble, and how many times it came where that is not once; null for nothing
   */
  again(trouble: string, now: number): string | null {
    if (now - this.#lastAt >= calmMs) this.#counts.clear()
    this.#lastAt = now
    const count = this.#counts.again(trouble)
    if (count === '') return trouble
    return count === null ? null : `${trouble} (${count})`
  }
}
