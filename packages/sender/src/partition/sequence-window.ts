import type { QueuedBatch } from '@sluice/accumulator'
import { isBefore } from '../batch-order.js'
import { type GateKey, isSameLeader } from './pipelining.js'

const nothing: readonly QueuedBatch[] = []

/**
 * Batches of one partition that have a sequence and whose fate is not known, in the order of sequence: in flight, or waiting
 * for another attempt. Some of them may be put aside, until the answer to one behind them shows what became of them.
 */
export class NumberedBatches implements Iterable<QueuedBatch> {
  readonly #batches = new Set<QueuedBatch>()
  /** Refused by this leader and yet perhaps in its log. */
  #aside: { readonly batches: readonly QueuedBatch[]; readonly key: GateKey } | null = null

  get someAside(): boolean {
    return this.#aside !== null
  }

  /** Without those put aside. */
  [Symbol.iterator](): Iterator<QueuedBatch> {
    return this.#batches.values()
  }

  add(batch: QueuedBatch): void {
    this.#batches.add(batch)
  }

  /** @returns whether it was there, aside or not */
  delete(batch: QueuedBatch): boolean {
    return this.#batches.delete(batch) || this.#deleteAside(batch)
  }

  /** Its parts take its place. */
  split(batch: QueuedBatch, parts: readonly QueuedBatch[]): void {
    this.#order([...this.#batches].flatMap((other) => (other === batch ? parts : [other])))
  }

  /** Whether nothing with a lower sequence is still open. */
  isFirst(batch: QueuedBatch): boolean {
    for (const first of this.#batches) return first === batch
    return false
  }

  /** Whether one before it is still open that is surely not in the log. */
  isAheadOfUnwritten(batch: QueuedBatch): boolean {
    for (const other of this.#batches)
      if (!other.attempt.maybeWritten && isBefore(other, batch)) return true
    return false
  }

  /** @returns false where those put aside before were refused by another leader: then all are to be asked again. */
  putAside(batch: QueuedBatch, key: GateKey): boolean {
    const { batches } = this.#aside ?? { batches: nothing }
    if (batches.length > 0 && !this.isAsideOf(key)) return false
    this.#batches.delete(batch)
    this.#aside = { batches: [...batches, batch], key }
    return true
  }

  /** Whether those put aside were refused under the same leader. */
  isAsideOf(key: GateKey): boolean {
    return this.#aside !== null && isSameLeader(this.#aside.key, key)
  }

  /** Those put aside, which are the first ones again. */
  takeAside(): readonly QueuedBatch[] {
    if (this.#aside === null) return nothing
    const { batches } = this.#aside
    this.#aside = null
    this.#order([...batches, ...this.#batches])
    return batches
  }

  /** Takes the numbers back. */
  clear(): void {
    for (const batch of this.#batches) batch.attempt.sequence = -1
    this.#batches.clear()
  }

  #order(batches: readonly QueuedBatch[]): void {
    this.#batches.clear()
    for (const batch of batches) this.#batches.add(batch)
  }

  #deleteAside(batch: QueuedBatch): boolean {
    const aside = this.#aside
    if (aside === null || !aside.batches.includes(batch)) return false
    const batches = aside.batches.filter((other) => other !== batch)
    this.#aside = batches.length === 0 ? null : { ...aside, batches }
    return true
  }
}
