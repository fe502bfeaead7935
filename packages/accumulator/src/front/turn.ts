import type { AccumulatorRuntime } from '../runtime.js'

/**
 * One turn of the event loop: reads each clock once, since a reading costs as much as appending a
 * record, and tells when the turn ends.
 */
export class Turn {
  readonly #runtime: AccumulatorRuntime
  readonly #onEnd: () => void
  #begun = false
  #now = 0
  #timestamp = 0

  constructor(runtime: AccumulatorRuntime, onEnd: () => void) {
    this.#runtime = runtime
    this.#onEnd = onEnd
  }

  now(): number {
    if (!this.#begun) this.#begin()
    return this.#now
  }

  timestamp(): number {
    if (!this.#begun) this.#begin()
    return this.#timestamp
  }

  /** A long synchronous loop reads the clocks again with each batch it opens. */
  readAgain(): void {
    this.#now = this.#runtime.now()
    this.#timestamp = this.#runtime.wallClock()
  }

  #begin(): void {
    this.#begun = true
    this.readAgain()
    this.#runtime.setImmediate(() => this.#end())
  }

  #end(): void {
    this.#begun = false
    this.#onEnd()
  }
}
