import type { NetworkRuntime } from '../runtime.js'

/** So many different failures are told; one whose text never repeats itself would otherwise fill the log. */
const maxKinds = 16
/** Counts all failures beyond these. */
const others = 'others'
/** A trouble that comes back within this time is the same one. So a broker that is lost in each second does not fill the log. */
const calmMs = 60_000

export interface FailureLogDeps {
  readonly runtime: Pick<NetworkRuntime, 'now' | 'logger'>
  /** What is told when the failures are over, in front of how many there were. */
  readonly good: string
  /** What is done about a failure, behind its first line. */
  readonly next: string
}

/**
 * Tells a failure that repeats itself once, and then how often: the tenth, the hundredth, the thousandth time. Several
 * failures may take turns, as those of several servers do.
 */
export class FailureLog {
  readonly #deps: FailureLogDeps
  /** Times by kind. */
  readonly #times = new Map<string, number>()
  #failures = 0
  /** How many failures the last line about a good end has counted. */
  #told = 0
  /** When the first of the failures came. */
  #since = 0
  /** When all was well again; infinite while it is not. */
  #goodAt = -Infinity
  #toldGoodAt = -Infinity

  constructor(deps: FailureLogDeps) {
    this.#deps = deps
  }

  failed(message: string): void {
    this.#begin()
    const { logger } = this.#deps.runtime
    const kind = this.#kindOf(message)
    const times = (this.#times.get(kind) ?? 0) + 1
    this.#failures++
    this.#times.set(kind, times)
    if (times === 1) logger.warn(`${message}; ${this.#deps.next}`)
    else if (isRound(times)) {
      const what = kind === others ? 'other failures' : 'times'
      logger.warn(`${message} (${times} ${what} in ${this.#duration()})`)
    }
  }

  /** To be called whenever all is well. After a minute of that the next failure is told as a new one. */
  over(): void {
    if (this.#goodAt !== Infinity) return
    const { runtime, good } = this.#deps
    this.#goodAt = runtime.now()
    if (this.#failures - this.#told < 2 || this.#goodAt - this.#toldGoodAt < calmMs) return
    this.#told = this.#failures
    this.#toldGoodAt = this.#goodAt
    runtime.logger.info(`${good} after ${this.#failures} failures in ${this.#duration()}`)
  }

  #begin(): void {
    const now = this.#deps.runtime.now()
    if (now - this.#goodAt >= calmMs) {
      this.#times.clear()
      this.#failures = this.#told = 0
      this.#since = now
    }
    this.#goodAt = Infinity
  }

  #duration(): string {
    const ms = Math.round(this.#deps.runtime.now() - this.#since)
    return ms < 1_000 ? `${ms} ms` : `${Math.round(ms / 1_000)} s`
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
