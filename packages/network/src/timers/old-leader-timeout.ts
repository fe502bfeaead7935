import type { NetworkRuntime } from '../runtime.js'
import { PatientTimer } from './patient-timer.js'

/** How long a peer may say nothing, until it has answered what it owed when it was given this limit. */
export class SilenceLimit {
  readonly #timer: PatientTimer
  #ms = 0
  #lastOwed = 0

  constructor(runtime: NetworkRuntime, exceeded: () => void) {
    this.#timer = new PatientTimer(runtime, exceeded)
  }

  /**
   * Does nothing while there is a limit already.
   * @param lastOwed - the number of the answer, counted from the first on the connection, that ends it
   */
  start(ms: number, lastOwed: number): void {
    if (this.#timer.running) return
    this.#ms = ms
    this.#lastOwed = lastOwed
    this.#timer.start(ms)
  }

  /** @param count - how many answers there have been */
  answered(count: number): void {
    if (!this.#timer.running) return
    if (count >= this.#lastOwed) this.#timer.stop()
    else this.#timer.start(this.#ms)
  }

  stop(): void {
    this.#timer.stop()
  }
}
