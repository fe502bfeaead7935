import type { AccumulatorRuntime } from '../../runtime.js'

export interface LoopTurnEvents {
  /** A new turn has begun, and its clocks were read. */
  begun(): void
  ended(): void
}

/**
 * The current turn of the event loop. It reads each clock once for a turn, since reading a clock costs as much as
 * appending a record, and tells when a turn begins and ends.
 */
export class LoopTurn {
  readonly #runtime: AccumulatorRuntime
  readonly #events: LoopTurnEvents
  #begun = false
  #now = 0
  #timestamp = 0

  constructor(runtime: AccumulatorRuntime, events: LoopTurnEvents) {
    this.#runtime = runtime
    this.#events = events
  }

  /** Does nothing if the turn has begun. */
  begin(): void {
    if (!this.#begun) this.#begin()
  }

  /** Monotonic milliseconds. */
  now(): number {
    this.begin()
    return this.#now
  }

  /** The same, without the beginning of a turn: the caller may be in the middle of a change. */
  peek(): number {
    return this.#begun ? this.#now : this.#runtime.now()
  }

  /** Milliseconds since 1970. */
  timestamp(): number {
    this.begin()
    return this.#timestamp
  }

  /** Reads the clocks again: a long synchronous loop of appends does so with each batch it opens. */
  readClocks(): void {
    this.#now = this.#runtime.now()
    this.#timestamp = this.#runtime.wallClock()
  }

  #begin(): void {
    this.#begun = true
    this.readClocks()
    this.#runtime.setImmediate(() => this.#end())
    this.#events.begun()
  }

  #end(): void {
    this.#begun = false
    this.#events.ended()
  }
}
