import { exponentialBackoff } from '@sluice/protocol'
import type { NetworkRuntime } from '../runtime.js'

/** How long to wait before the next attempt to connect to a server that failed: doubled at each failure in a row, ±20 %. */
export class ReconnectBackoff {
  readonly #runtime: NetworkRuntime
  readonly #baseMs: number
  readonly #maxMs: number
  #failures = 0
  #until = -Infinity

  constructor(runtime: NetworkRuntime, baseMs: number, maxMs: number) {
    this.#runtime = runtime
    this.#baseMs = baseMs
    this.#maxMs = maxMs
  }

  /** Milliseconds until the next attempt may be made; 0 when it may be made now. */
  get leftMs(): number {
    return Math.max(0, this.#until - this.#runtime.now())
  }

  failed(): void {
    const { random } = this.#runtime
    const ms = exponentialBackoff(this.#failures++, this.#baseMs, this.#maxMs, random)
    this.#until = this.#runtime.now() + ms
  }

  /** The server can be used: the next failure is the first again. */
  succeeded(): void {
    this.#failures = 0
  }
}

/** What the log says of a server that has failed. */
export function triedAgain({ reconnectBackoffMaxMs }: { reconnectBackoffMaxMs: number }): string {
  return `trying again, with pauses that grow to ${reconnectBackoffMaxMs} ms`
}
