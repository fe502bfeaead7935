import type { NetworkRuntime } from '../runtime.js'
import { Timer } from './timer.js'

/** No quota of Kafka asks for more. A broker that asks for more is not obeyed for longer than this. */
const maxThrottleMs = 300_000

/** The time for which a broker has asked to be sent nothing (KIP-219). */
export class Throttle {
  readonly #runtime: NetworkRuntime
  readonly #over: () => void
  readonly #timer: Timer
  #until = -Infinity

  /** @param over - called when the time is over */
  constructor(runtime: NetworkRuntime, over: () => void) {
    this.#runtime = runtime
    this.#over = over
    this.#timer = new Timer(runtime)
  }

  get active(): boolean {
    return this.#timer.running
  }

  /**
   * The broker asks to be sent nothing for `ms` from now on.
   * @returns by how many milliseconds this makes the throttle longer
   */
  extend(ms: number): number {
    const now = this.#runtime.now()
    const until = now + Math.min(ms, maxThrottleMs)
    const longerBy = until - Math.max(now, this.#until)
    if (longerBy <= 0) return 0
    this.#until = until
    this.#timer.start(until - now, this.#over)
    return longerBy
  }

  stop(): void {
    this.#timer.stop()
  }
}
