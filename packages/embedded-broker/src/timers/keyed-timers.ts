import type { EmbeddedRuntime } from '../runtime.js'

/** Timers, each with a key of its own; a timer that is set again takes the place of the earlier one. */
export class KeyedTimers<Key> {
  readonly #runtime: EmbeddedRuntime
  readonly #timers = new Map<Key, unknown>()

  constructor(runtime: EmbeddedRuntime) {
    this.#runtime = runtime
  }

  set(key: Key, ms: number, run: () => void): void {
    this.clear(key)
    const timer = this.#runtime.setTimeout(() => {
      this.#timers.delete(key)
      run()
    }, ms)
    this.#timers.set(key, timer)
  }

  clear(key: Key): void {
    this.#runtime.clearTimeout(this.#timers.get(key))
    this.#timers.delete(key)
  }

  clearAll(): void {
    for (const key of this.#timers.keys()) this.clear(key)
  }
}
