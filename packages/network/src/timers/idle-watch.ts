import type { NetworkRuntime } from '../runtime.js'
import { Timer } from './timer.js'

/** Notices that something has not been used for a while. A use costs its owner a number, not a timer. */
export class IdleWatch {
  readonly #runtime: NetworkRuntime
  readonly #maxIdleMs: number
  readonly #lastUsed: () => number
  readonly #idle: () => void
  readonly #timer: Timer

  /**
   * @param lastUsed - gives the time of the last use, monotonic ms
   * @param idle - called once for each `maxIdleMs` without use, until `stop`
   */
  constructor(
    runtime: NetworkRuntime,
    maxIdleMs: number,
    lastUsed: () => number,
    idle: () => void,
  ) {
    this.#runtime = runtime
    this.#maxIdleMs = maxIdleMs
    this.#lastUsed = lastUsed
    this.#idle = idle
    this.#timer = new Timer(runtime)
  }

  start(): void {
    this.#lookIn(this.#maxIdleMs)
  }

  stop(): void {
    this.#timer.stop()
  }

  #lookIn(ms: number): void {
    this.#timer.start(ms, () => this.#look())
  }

  #look(): void {
    const leftMs = this.#lastUsed() + this.#maxIdleMs - this.#runtime.now()
    this.#lookIn(leftMs > 0 ? leftMs : this.#maxIdleMs)
    if (leftMs <= 0) this.#idle()
  }
}
