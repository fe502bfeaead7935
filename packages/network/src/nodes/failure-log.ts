import type { NetworkLogger } from '../runtime.js'

/** So many different failures are told; one whose text never repeats itself would otherwise fill the log. */
const maxKinds = 16
/** Counts all failures beyond these. */
const others = 'others'

/**
 * Tells a failure that repeats itself once, and then how often: the tenth, the hundredth, the thousandth time. Several
 * failures may take turns, as those of several servers do.
 */
export class FailureLog {
  readonly #logger: NetworkLogger
  readonly #good: string
  /** Times by kind. */
  readonly #times = new Map<string, number>()
  #failures = 0

  /** @param good - what is told when the failures are over, in front of how many there were */
  constructor(logger: NetworkLogger, good: string) {
    this.#logger = logger
    this.#good = good
  }

  failed(message: string): void {
    const kind = this.#kindOf(message)
    const times = (this.#times.get(kind) ?? 0) + 1
    this.#failures++
    this.#times.set(kind, times)
    if (times === 1) this.#logger.warn(message)
    else if (isRound(times))
      this.#logger.warn(
        `${message} (${times} ${kind === others ? 'other failures' : 'times'} so far)`,
      )
  }

  /** The next failure is told as a new one. To be called whenever all is well. */
  over(): void {
    if (this.#failures === 0) return
    if (this.#failures > 1) this.#logger.info(`${this.#good} after ${this.#failures} failures`)
    this.#times.clear()
    this.#failures = 0
  }

  /** Numbers, as those of ports and milliseconds, do not make another failure. */
  #kindOf(message: string): string {
    const kind = message.replaceAll(/\d+/g, '0')
    return this.#times.has(kind) || this.#times.size < maxKinds ? kind : others
  }
}

/** 10, 100, 1000, … */
function isRound(times: number): boolean {
  return times >= 10 && Number.isInteger(Math.log10(times))
}
