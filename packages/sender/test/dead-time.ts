/** Times how long nothing of a partition is under way although it could be. */
export class DeadTime {
  readonly violations: string[] = []
  readonly #longestMs: number
  /** By partition, where something could go and nothing has gone since. */
  readonly #since = new Map<number, number>()

  /** @param longestMs - what is no violation yet: the back-off, and the time between two looks */
  constructor(longestMs: number) {
    this.#longestMs = longestMs
  }

  /** @param couldGo - records wait, their leader is known and takes more, and no answer is awaited */
  look(partition: number, couldGo: boolean, now: number): void {
    if (!couldGo) this.#since.delete(partition)
    const since = this.#since.get(partition)
    if (since === undefined && couldGo) this.#since.set(partition, now)
    if (since === undefined || now - since <= this.#longestMs) return
    this.violations.push(`nothing of partition ${partition} went for ${now - since} ms`)
    this.#since.set(partition, now)
  }
}
