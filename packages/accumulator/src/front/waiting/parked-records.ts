/** Places that were left are given up once there are this many of them at the front. */
const placesToDrop = 1_024

/**
 * The records that wait until their partition may take memory again, oldest first, by their tickets. They stay in the
 * groups in which they began to wait, and a record may leave there at any time.
 */
export class ParkedRecords {
  readonly #waits: (ticket: number) => boolean
  #tickets: number[] = []
  #first = 0

  /** @param waits - whether the record with this ticket still waits */
  constructor(waits: (ticket: number) => boolean) {
    this.#waits = waits
  }

  add(ticket: number): void {
    this.#tickets.push(ticket)
  }

  /** The ticket of the oldest record that still waits; −1 when there is none. */
  get first(): number {
    while (this.#first < this.#tickets.length) {
      const ticket = this.#tickets[this.#first]!
      if (this.#waits(ticket)) return ticket
      this.#first++
      if (this.#first === placesToDrop) this.#drop()
    }
    return -1
  }

  get isEmpty(): boolean {
    return this.first < 0
  }

  #drop(): void {
    // As many as were passed since the last time, so a record is moved a few times at most for each thousand.
    this.#tickets.splice(0, this.#first)
    this.#first = 0
  }
}
