import type { History } from './history.js'
import { nameIn } from './record-name.js'

/** What a `read_committed` reader saw, compared with what the producer was told. All but the first must be 0. */
export interface Findings {
  readonly visible: number
  /** Transactions that were committed, of which nothing is visible. */
  readonly lost: number
  /** Transactions of which a part is visible. */
  readonly torn: number
  /** Records that are visible more than once. */
  readonly doubled: number
  /** Transactions that were not committed and are visible. */
  readonly uncommitted: number
  /** Records behind a later one of the same partition. */
  readonly reordered: number
  /** Records that no transaction of the run has sent. */
  readonly foreign: number
}

interface Seen {
  readonly size: number
  readonly indexes: Set<number>
}

/** Takes the visible records, in order within each partition, and compares them with the history. */
export class VisibleCheck {
  readonly #history: History
  readonly #seen = new Map<number, Seen>()
  /** Of each partition: the place in the order of sending of the last record. */
  readonly #last: { transaction: number; index: number }[] = []
  #visible = 0
  #doubled = 0
  #reordered = 0
  #foreign = 0

  constructor(history: History) {
    this.#history = history
  }

  take(partition: number, value: string): void {
    this.#visible++
    const name = nameIn(value)
    const begun = name === null ? undefined : this.#history.get(name.transaction)
    if (name === null || begun?.size !== name.size || name.index >= name.size) {
      this.#foreign++
      return
    }
    const { transaction, index, size } = name
    const seen = this.#seen.get(transaction) ?? { size, indexes: new Set() }
    this.#seen.set(transaction, seen)
    if (seen.indexes.has(index)) this.#doubled++
    seen.indexes.add(index)
    this.#compareOrder(partition, transaction, index)
  }

  conclude(): Findings {
    const seen = [...this.#seen]
    const committed = [...this.#history.entries()].filter(
      ([, { told, size }]) => told === 'committed' && size > 0,
    )
    return {
      visible: this.#visible,
      lost: committed.filter(([transaction]) => !this.#seen.has(transaction)).length,
      torn: seen.filter(([, { size, indexes }]) => indexes.size < size).length,
      doubled: this.#doubled,
      uncommitted: seen.filter(([transaction]) => !this.#mayBeVisible(transaction)).length,
      reordered: this.#reordered,
      foreign: this.#foreign,
    }
  }

  /** The first transactions that are not as they must be, for whoever looks for the cause. */
  examples(most = 5): string[] {
    const wrong = [...this.#history.entries()].flatMap(([transaction, { told, size }]) => {
      const count = this.#seen.get(transaction)?.indexes.size ?? 0
      const isRight = count === 0 ? told !== 'committed' || size === 0 : count === size
      if (isRight && (count === 0 || this.#mayBeVisible(transaction))) return []
      return [`transaction ${transaction} was told ${told}: ${count} of ${size} records visible`]
    })
    return wrong.slice(0, most)
  }

  #mayBeVisible(transaction: number): boolean {
    const told = this.#history.get(transaction)?.told
    return told === 'committed' || told === 'committing'
  }

  #compareOrder(partition: number, transaction: number, index: number): void {
    const last = this.#last[partition]
    const isBehind =
      last !== undefined &&
      (transaction < last.transaction || (transaction === last.transaction && index < last.index))
    if (isBehind) this.#reordered++
    else this.#last[partition] = { transaction, index }
  }
}
