import type { KeyedTimers } from '../timers/keyed-timers.js'

/**
 * How long the first members of a group wait for further ones, so that many that start at once need one rebalance
 * (KIP-134). Each member that comes makes the others wait once more, but no longer than a member wants for a rebalance.
 */
export class FirstMembers {
  readonly #delayMs: number
  readonly #timers: KeyedTimers<string>
  readonly #timer: string
  #isWaiting = false
  #cameMeanwhile = false

  /** @param timer The name of the timer. */
  constructor(delayMs: number, timers: KeyedTimers<string>, timer: string) {
    this.#delayMs = delayMs
    this.#timers = timers
    this.#timer = timer
  }

  get areAwaited(): boolean {
    return this.#isWaiting
  }

  /** Another member has come. */
  joined(): void {
    this.#cameMeanwhile ||= this.#isWaiting
  }

  /** Waits, and calls a function when that is over: at once where there is no delay. */
  gather(rebalanceTimeoutMs: number, done: () => void): void {
    if (this.#delayMs === 0) done()
    else this.#wait(this.#delayMs, Math.max(rebalanceTimeoutMs - this.#delayMs, 0), done)
  }

  #wait(ms: number, leftMs: number, done: () => void): void {
    this.#isWaiting = true
    this.#cameMeanwhile = false
    this.#timers.set(this.#timer, ms, () => {
      const goesOn = this.#cameMeanwhile && leftMs > 0
      this.#isWaiting = false
      if (goesOn) this.#wait(Math.min(this.#delayMs, leftMs), Math.max(leftMs - ms, 0), done)
      else done()
    })
  }
}
