import type { AccumulatorRuntime } from '../../runtime.js'

/**
 * Acts when it is asked for the first time in a turn of the event loop, and once more at the end of the turn if it was
 * asked again meanwhile.
 */
export class OnceATurn {
  readonly #runtime: AccumulatorRuntime
  readonly #act: () => void
  #asked = 0

  constructor(runtime: AccumulatorRuntime, act: () => void) {
    this.#runtime = runtime
    this.#act = act
  }

  ask(): void {
    this.#asked++
    if (this.#asked > 1) return
    this.#act()
    this.#runtime.setImmediate(() => {
      const again = this.#asked > 1
      this.#asked = 0
      if (again) this.#act()
    })
  }
}
