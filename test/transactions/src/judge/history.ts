/**
 * What the producer was told of a transaction.
 * - `open`: its commit was not called, so it must never be visible; its abort may have been called.
 * - `committing`: its commit was called, and the producer did not live to hear of the end. It may be visible, but whole.
 */
export type Told = 'open' | 'committing' | 'committed' | 'aborted'

export interface Begun {
  readonly size: number
  told: Told
}

/** All transactions of a run, by their numbers, and how each ended as the producer was told. */
export class History {
  readonly #transactions = new Map<number, Begun>()

  begin(transaction: number, size: number): void {
    if (this.#transactions.has(transaction))
      throw new Error(`Transaction ${transaction} has begun already.`)
    this.#transactions.set(transaction, { size, told: 'open' })
  }

  tell(transaction: number, told: Told): void {
    const begun = this.#transactions.get(transaction)
    if (begun === undefined) throw new Error(`Transaction ${transaction} has not begun.`)
    begun.told = told
  }

  get(transaction: number): Begun | undefined {
    return this.#transactions.get(transaction)
  }

  entries(): IterableIterator<[number, Begun]> {
    return this.#transactions.entries()
  }

  count(told: Told): number {
    return [...this.#transactions.values()].filter((begun) => begun.told === told).length
  }

  get size(): number {
    return this.#transactions.size
  }
}
