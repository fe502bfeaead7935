/** So many different troubles are counted apart; texts that never repeat themselves would otherwise fill the log. */
const maxKinds = 16
/** Counts all troubles beyond these. */
const others = 'others'
/** A trouble that comes back within this time is the same one. */
const calmMs = 60_000

/** Decides when a trouble that repeats itself is told: the first, the tenth, the hundredth, the thousandth time. */
export class RepeatedTroubles {
  /** Times by kind. */
  readonly #times = new Map<string, number>()
  #lastAt = -Infinity

  /**
   * To be called each time. After a minute without any trouble the next one is told as a new one.
   *
   * @param trouble - what has happened. Numbers in it, as those of ports and offsets, do not make another trouble.
   * @param now - monotonic milliseconds
   * @returns what the log is told: the trouble, and how many times it came where that is not once; null for nothing
   */
  again(trouble: string, now: number): string | null {
    if (now - this.#lastAt >= calmMs) this.#times.clear()
    this.#lastAt = now
    const kind = this.#kindOf(trouble)
    const times = (this.#times.get(kind) ?? 0) + 1
    this.#times.set(kind, times)
    if (times === 1) return trouble
    if (!isRound(times)) return null
    return `${trouble} (${times} ${kind === others ? 'other troubles' : 'times'})`
  }

  #kindOf(trouble: string): string {
    const kind = trouble.replaceAll(/\d+/g, '0')
    return this.#times.has(kind) || this.#times.size < maxKinds ? kind : others
  }
}

/** 10, 100, 1000, … */
function isRound(times: number): boolean {
  return times >= 10 && Number.isInteger(Math.log10(times))
}
