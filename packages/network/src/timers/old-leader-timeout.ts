import type { NetworkRuntime } from '../runtime.js'
import { PatientTimer } from './patient-timer.js'

/**
 * How long a broker that the cluster has replaced as a leader may be silent. The limit ends when the broker has answered
 * everything that it owed when the limit was set.
 */
export class OldLeaderTimeout {
  readonly #timer: PatientTimer
  #ms = 0
  #lastOwed = 0

  /** @param expired - called when the broker has been silent for too long */
  constructor(runtime: NetworkRuntime, expired: () => void) {
    this.#timer = new PatientTimer(runtime, expired)
  }

  /**
   * Sets the limit. Does nothing while there is one already.
   * @param ms - for how long the broker may be silent
   * @param lastOwed - the number of the answer that ends the limit, counted from the first answer on the connection
   */
  start(ms: number, lastOwed: number): void {
    if (this.#timer.running) return
    this.#ms = ms
    this.#lastOwed = lastOwed
    this.#timer.start(ms)
  }

  /**
   * To be called when an answer came.
   * @param count - how many answers have come on the connection
   */
  answered(count: number): void {
    if (!this.#timer.running) return
    if (count >= this.#lastOwed) this.#timer.stop()
    else this.#timer.start(this.#ms)
  }

  stop(): void {
    this.#timer.stop()
  }
}
