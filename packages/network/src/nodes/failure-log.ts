import { TroubleCounts } from '@sluice/protocol'
import type { NetworkRuntime } from '../runtime.js'

/** A trouble that comes back within this time is the same one. So a broker that is lost in each second does not fill the log. */
const calmMs = 60_000

export interface FailureLogDeps {
  readonly runtime: Pick<NetworkRuntime, 'now' | 'logger'>
  /** What is told when the failures are over, in front of how many there were. */
  readonly good: string
  /** What is done about a failure, behind its first line. */
  readonly next: string
}

/** Tells failures as `TroubleCounts` says, with how long they have lasted, and tells when they are over. */
export class FailureLog {
  readonly #deps: FailureLogDeps
  readonly #counts = new TroubleCounts('other failures')
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
    this.#failures++
    const count = this.#counts.again(message)
    if (count === '') logger.warn(`${message}; ${this.#deps.next}`)
    else if (count !== null) logger.warn(`${message} (${count} in ${this.#duration()})`)
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
      this.#counts.clear()
      this.#failures = this.#told = 0
      this.#since = now
    }
    this.#goodAt = Infinity
  }

  #duration(): string {
    const ms = Math.round(this.#deps.runtime.now() - this.#since)
    return ms < 1_000 ? `${ms} ms` : `${Math.round(ms / 1_000)} s`
  }
}
