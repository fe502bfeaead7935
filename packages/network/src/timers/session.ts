import type { NetworkRuntime } from '../runtime.js'

/** A session that lasts only moments would leave no time for anything else. */
const shortestMs = 100
/** What a timer can hold. */
const longestMs = 2_147_483_647

/** For how long a connection stays authenticated, and when it must begin anew to stay so (KIP-368). */
export class Session {
  readonly #runtime: NetworkRuntime
  readonly #ending: () => void
  #timer: unknown

  constructor(runtime: NetworkRuntime, ending: () => void) {
    this.#runtime = runtime
    this.#ending = ending
  }

  /**
   * Calls `ending` after 85 to 95 % of the lifetime, as Java does, so that not all connections begin anew at once.
   * @param lifetimeMs - 0 for good
   * @param since - when the broker was asked for it
   */
  start(lifetimeMs: number, since: number): void {
    this.stop()
    if (lifetimeMs <= 0) return
    const part = 0.85 + 0.1 * this.#runtime.random()
    const untilMs = since + lifetimeMs * part - this.#runtime.now()
    const ms = Math.min(Math.max(untilMs, shortestMs), longestMs)
    this.#timer = this.#runtime.setTimeout(() => {
      this.#timer = undefined
      this.#ending()
    }, ms)
  }

  stop(): void {
    if (this.#timer !== undefined) this.#runtime.clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
