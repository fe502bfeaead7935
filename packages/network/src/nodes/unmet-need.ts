import type { NetworkRuntime } from '../runtime.js'
import { Timer } from '../timers/timer.js'

/** So long a node may take until it can be asked. Then others are tried beside it. */
export const patienceMs = 1_000

/** For how long no node could be asked although a request was waiting for one. */
export class UnmetNeed {
  readonly #runtime: NetworkRuntime
  readonly #goesOn: () => void
  readonly #timer: Timer
  #since = 0
  #noted = -Infinity

  /** @param goesOn - called every second while the need is noted again and again */
  constructor(runtime: NetworkRuntime, goesOn: () => void) {
    this.#runtime = runtime
    this.#goesOn = goesOn
    this.#timer = new Timer(runtime)
  }

  /**
   * A request waits for a node, and no node can be asked now.
   * @returns for how many milliseconds that has been so
   */
  note(): number {
    const now = this.#runtime.now()
    // A need that lasts was noted again at the last call of `goesOn`. Otherwise this is another need.
    if (now - this.#noted > 2 * patienceMs) this.#since = now
    this.#noted = now
    if (!this.#timer.running) this.#timer.start(patienceMs, this.#goesOn)
    return now - this.#since
  }

  /** A node can be asked. */
  met(): void {
    this.#noted = -Infinity
    this.#timer.stop()
  }
}
