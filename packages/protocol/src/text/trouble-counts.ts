/** So many different troubles are counted apart; texts that never repeat themselves would otherwise fill the log. */
const maxKinds = 16
/** Counts all troubles beyond these. */
const others = 'others'

/**
 * Counts troubles that repeat themselves, and says when one is told: the first, the tenth, the hundredth, the thousandth time.
 * Several troubles may take turns, as those of several servers do.
 */
export class TroubleCounts {
  readonly #mixed: string
  /** Times by kind. */
  readonly #times = new Map<string, number>()

  /** @param mixed - what troubles of too many kinds are called, such as "other failures" */
  constructor(mixed: string) {
    this.#mixed = mixed
  }

  /**
   * To be called each time.
   *
   * @param trouble - what has happened. Numbers in it, as those of ports and offsets, do not make another trouble.
   * @returns what the log is told of its count, such as "10 times"; empty for the first time, null where the log is told nothing
   */
  again(trouble: string): string | null {
    const kind = this.#kindOf(trouble)
    const times = (this.#times.get(kind) ?? 0) + 1
    this.#times.set(kind, times)
    if (times === 1) return ''
    const isRound = Number.isInteger(Math.log10(times))
    return isRound ? `${times} ${kind === others ? this.#mixed : 'times'}` : null
  }

  /** Each trouble is told as a new one. */
  clear(): void {
    this.#times.clear()
  }

  #kindOf(trouble: string): string {
    const kind = trouble.replaceAll(/\d+/g, '0')
    return this.#times.has(kind) || this.#times.size < maxKinds ? kind : others
  }
}
