import type { ProducerRuntime } from '../runtime.js'

/** A wait that can be cut short, once and for all. */
export class Pause {
  readonly #runtime: Pick<ProducerRuntime, 'setTimeout' | 'clearTimeout'>
  #timer: unknown
  #goOn: () => void = () => {}
  #over = false

  constructor(runtime: Pick<ProducerRuntime, 'setTimeout' | 'clearTimeout'>) {
    this.#runtime = runtime
  }

  /** Resolves after `ms`, or as soon as `end` is called. */
  for(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#over) return resolve()
      this.#goOn = resolve
      this.#timer = this.#runtime.setTimeout(resolve, ms)
    })
  }

  /** Ends the present pause and all later ones at once. */
  end(): void {
    this.#over = true
    this.#runtime.clearTimeout(this.#timer)
    this.#goOn()
  }
}
