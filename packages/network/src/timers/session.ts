import { longestTimerMs } from '@sluice/protocol'
import type { NetworkRuntime } from '../runtime.js'
import { Timer } from './timer.js'

/** A session that lasts only moments would leave no time for anything else. */
const shortestMs = 100

/** The time for which a connection stays authenticated, and the moment to authenticate again before it is over (KIP-368). */
export class Session {
  readonly #runtime: NetworkRuntime
  readonly #ending: () => void
  readonly #timer: Timer

  /** @param ending - called when it is time to authenticate again */
  constructor(runtime: NetworkRuntime, ending: () => void) {
    this.#runtime = runtime
    this.#ending = ending
    this.#timer = new Timer(runtime)
  }

  /**
   * Calls `ending` after 85 to 95 % of the lifetime, as Java does, so that not all connections authenticate at once.
   * @param lifetimeMs - 0 for a session without an end
   * @param since - when the broker was asked to authenticate, monotonic ms
   */
  start(lifetimeMs: number, since: number): void {
    this.stop()
    if (lifetimeMs <= 0) return
    const part = 0.85 + 0.1 * this.#runtime.random()
    const leftMs = since + lifetimeMs * part - this.#runtime.now()
    this.#timer.start(Math.min(Math.max(leftMs, shortestMs), longestTimerMs), this.#ending)
  }

  stop(): void {
    this.#timer.stop()
  }
}
