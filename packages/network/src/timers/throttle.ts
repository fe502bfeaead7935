import type { NetworkRuntime } from '../runtime.js'
import { Timer } from './timer.js'

/** No quota of Kafka asks for more. A broker that asks for more is not obeyed for longer than this. */
const maxThrottleMs = 300_000

/** For how long a client obeys a broker that asks to be sent nothing for `ms`. */
export function obeyedMs(ms: number): number {
  return Math.min(ms, maxThrottleMs)
}

/** The time for which a broker has asked to be sent nothing (KIP-219), on whatever connection. */
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

  /** Milliseconds until requests may be sent again; 0 while they may be sent. */
  get leftMs(): number {
    return this.active ? Math.max(0, this.#until - this.#runtime.now()) : 0
  }

  /** The broker asks to be sent nothing for `ms` from now on. A shorter time does not end a longer one. */
  extend(ms: number): void {
    const until = this.#runtime.now() + ms
    if (ms <= 0 || until <= this.#until) return
    this.#until = until
    this.#timer.start(ms, this.#over)
  }

  stop(): void {
    this.#timer.stop()
  }
}
