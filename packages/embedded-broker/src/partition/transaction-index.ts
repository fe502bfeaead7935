import type { StoredBatch } from './stored-batch.js'

/** A transaction that ended in a partition. */
export interface EndedTransaction {
  readonly producerId: bigint
  /** The offset of its first record in the partition. */
  readonly firstOffset: bigint
  /** The offset of the control record that ended it. */
  readonly markerOffset: bigint
  readonly committed: boolean
}

/**
 * Which transactions are open in a partition, and which have ended there: what the last stable offset and the aborted
 * transactions of a Fetch are made from.
 */
export class TransactionIndex {
  /** The offset of the first record of each open transaction, by producer id. */
  readonly #open = new Map<bigint, bigint>()
  /** In the order of their markers. */
  readonly #ended: EndedTransaction[] = []

  isOpen(producerId: bigint): boolean {
    return this.#open.has(producerId)
  }

  /** A transactional batch was appended: it begins a transaction where its producer has none open. */
  note(producerId: bigint, baseOffset: bigint): void {
    if (!this.#open.has(producerId)) this.#open.set(producerId, baseOffset)
  }

  /** A control record was appended. As in Kafka, it ends nothing where its producer has no open transaction. */
  end(producerId: bigint, markerOffset: bigint, committed: boolean): void {
    const firstOffset = this.#open.get(producerId)
    if (firstOffset === undefined) return
    this.#open.delete(producerId)
    this.#ended.push({ producerId, firstOffset, markerOffset, committed })
  }

  /**
   * The offset up to which a consumer reads that wants committed records only: that of the first record of a transaction
   * that is open, or whose marker not all in-sync replicas have.
   */
  lastStableOffset(highWatermark: bigint): bigint {
    let stable = highWatermark
    for (const first of this.#open.values()) if (first < stable) stable = first
    for (let index = this.#ended.length - 1; index >= 0; index--) {
      const { firstOffset, markerOffset } = this.#ended[index]!
      if (markerOffset < highWatermark) break
      if (firstOffset < stable) stable = firstOffset
    }
    return stable
  }

  /** The aborted transactions that end at an offset or behind it. */
  abortedFrom(offset: bigint): EndedTransaction[] {
    return this.#ended.filter((one) => !one.committed && one.markerOffset >= offset)
  }

  /** Whether a batch belongs to a transaction that was aborted. */
  isAborted({ batch, baseOffset }: StoredBatch): boolean {
    if (!batch.transactional) return false
    const end = this.#ended.find(
      (one) =>
        one.producerId === batch.producerId &&
        one.firstOffset <= baseOffset &&
        baseOffset <= one.markerOffset,
    )
    return end !== undefined && !end.committed
  }

  clear(): void {
    this.#open.clear()
    this.#ended.length = 0
  }
}
