import { type WaitDeps, waitUntil } from '../sending/wait-until.js'

/** Gives each record the moment at which it is due, evenly spread over time. Late records are not spread again: they follow at once. */
export class Pace {
  readonly #deps: WaitDeps
  readonly #everyMs: number
  readonly #from: number
  #given = 0

  /** @param rate - records a second */
  constructor(rate: number, deps: WaitDeps) {
    this.#deps = deps
    this.#everyMs = 1000 / rate
    this.#from = deps.io.now()
  }

  /** When the record that `next` gave last is, or was, due. */
  get dueAt(): number {
    return this.#from + (this.#given - 1) * this.#everyMs
  }

  /** Takes the next record. @returns null where it is due, else what to wait for, which ends with the command */
  next(): Promise<void> | null {
    this.#given++
    // Timers are of whole milliseconds.
    if (this.dueAt - this.#deps.io.now() < 1) return null
    return waitUntil(this.dueAt, this.#deps)
  }
}
