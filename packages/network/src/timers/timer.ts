import type { NetworkRuntime } from '../runtime.js'

/** What a timer needs of a runtime. */
export type TimerRuntime = Pick<NetworkRuntime, 'setTimeout' | 'clearTimeout'>

/** One timer of the runtime that can be started again and again: a new start replaces the one before. */
export class Timer {
  readonly #runtime: TimerRuntime
  #handle: unknown

  constructor(runtime: TimerRuntime) {
    this.#runtime = runtime
  }

  get running(): boolean {
    return this.#handle !== undefined
  }

  /** Calls `run` once, `ms` milliseconds from now. */
  start(ms: number, run: () => void): void {
    this.stop()
    this.#handle = this.#runtime.setTimeout(() => {
      this.#handle = undefined
      run()
    }, ms)
  }

  stop(): void {
    if (this.#handle !== undefined) this.#runtime.clearTimeout(this.#handle)
    this.#handle = undefined
  }
}
