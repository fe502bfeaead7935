import type { NetworkRuntime } from '../runtime.js'

/** Notices that something has not been used for a while. Use costs its owner a number, not a timer. */
export class IdleWatch {
  readonly #runtime: NetworkRuntime
  readonly #maxIdleMs: number
  readonly #lastUsed: () => number
  readonly #idle: () => void
  #timer: unknown

  /** @param idle - called once for each `maxIdleMs` without use, until `stop` */
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
  }

  start(): void {
    this.#arm(this.#maxIdleMs)
  }

  stop(): void {
    if (this.#timer !== undefined) this.#runtime.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #arm(ms: number): void {
    this.#timer = this.#runtime.setTimeout(() => this.#look(), ms)
  }

  #look(): void {
    const left = this.#lastUsed() + this.#maxIdleMs - this.#runtime.now()
    this.#arm(left > 0 ? left : this.#maxIdleMs)
    if (left <= 0) this.#idle()
  }
}
