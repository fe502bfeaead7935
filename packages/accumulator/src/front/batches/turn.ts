import type { AccumulatorRuntime } from '../../runtime.js'

export interface TurnEvents {
  /** The clocks were read for a new turn. */
  begun(): void
  ended(): void
}

/**
 * One turn of the event loop: reads each clock once, since a reading costs as much as appending a
 * record, and tells when the turn begins and ends.
 */
export class Turn {
  readonly #runtime: AccumulatorRuntime
  readonly #events: TurnEvents
  #begun = false
  #now = 0
  #timestamp = 0

  constructor(runtime: AccumulatorRuntime, events: TurnEvents) {
    this.#runtime = runtime
    this.#events = events
  }

  /** Does nothing where the turn has begun. */
  begin(): void {
    if (!this.#begun) this.#begin()
  }

  now(): number {
    this.begin()
    return this.#now
  }

  timestamp(): number {
    this.begin()
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
    this.#events.begun()
  }

  #end(): void {
    this.#begun = false
    this.#events.ended()
  }
}
