import type { EmbeddedRuntime } from '../runtime.js'

/** The timers of one group, each with a name; a timer that is set again takes the place of the earlier one. */
export class GroupTimers {
  readonly #runtime: EmbeddedRuntime
  readonly #timers = new Map<string, unknown>()

  constructor(runtime: EmbeddedRuntime) {
    this.#runtime = runtime
  }

  set(name: string, ms: number, run: () => void): void {
    this.clear(name)
    const timer = this.#runtime.setTimeout(() => {
      this.#timers.delete(name)
      run()
    }, ms)
    this.#timers.set(name, timer)
  }

  clear(name: string): void {
    this.#runtime.clearTimeout(this.#timers.get(name))
    this.#timers.delete(name)
  }

  clearAll(): void {
    for (const name of this.#timers.keys()) this.clear(name)
  }
}
