import type { CliIo } from '../cli-io.js'

/** Gives each record the moment at which it is due, evenly spread over time. Late records are not spread again: they follow at once. */
export class Pace {
  readonly #io: Pick<CliIo, 'now' | 'setTimeout'>
  readonly #everyMs: number
  readonly #from: number
  #given = 0

  /** @param rate - records a second */
  constructor(rate: number, io: Pick<CliIo, 'now' | 'setTimeout'>) {
    this.#io = io
    this.#everyMs = 1000 / rate
    this.#from = io.now()
  }

  /** When the record that `next` gave last is, or was, due. */
  get dueAt(): number {
    return this.#from + (this.#given - 1) * this.#everyMs
  }

  /** Takes the next record. @returns null where it is due, else what to wait for */
  next(): Promise<void> | null {
    this.#given++
    const waitMs = this.dueAt - this.#io.now()
    // Timers are of whole milliseconds.
    if (waitMs < 1) return null
    return new Promise((resolve) => void this.#io.setTimeout(resolve, waitMs))
  }
}
