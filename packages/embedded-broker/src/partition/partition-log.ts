import type { BatchRecord } from '@sluice/protocol'
import type { BatchIdentity } from './batch-identity.js'
import { controlBatch, isCommit, type Marker } from './control-batch.js'
import type { Verdict } from './judge-batch.js'
import { ProducerWindow, type ProducerExpiration } from './producer-window.js'
import { recordsOf, stamp, type CheckedBatch, type StoredBatch } from './stored-batch.js'
import { TransactionIndex, type EndedTransaction } from './transaction-index.js'
import { Verifications, type Verification } from './verifications.js'

/** The result of an append. */
export type AppendResult =
  | { readonly kind: 'appended'; readonly baseOffset: bigint }
  | Exclude<Verdict, { kind: 'append' }>

/**
 * The log of one partition: its batches as bytes, in order, and the window that recognises a repeated batch. The log only
 * grows, unless a test removes records.
 */
export class PartitionLog {
  #batches: StoredBatch[] = []
  readonly #window: ProducerWindow
  readonly #transactions = new TransactionIndex()
  readonly #verifications = new Verifications()
  readonly #wallClock: () => number
  readonly #listeners = new Set<() => void>()
  #startOffset = 0n
  #endOffset = 0n
  /** Batches before this offset tell nothing of their producers, which a test has made the log forget. */
  #forgottenTo = 0n
  /** How many of the batches are control batches. */
  #markers = 0

  constructor(expiration: ProducerExpiration) {
    this.#window = new ProducerWindow(expiration, (id) => this.#transactions.isOpen(id))
    this.#wallClock = expiration.wallClock
  }

  /** The offset of the first record that can be read. */
  get startOffset(): bigint {
    return this.#startOffset
  }

  /** The offset that the next record gets. */
  get endOffset(): bigint {
    return this.#endOffset
  }

  /** How many batches of clients there are. */
  get batchCount(): number {
    return this.#batches.length - this.#markers
  }

  /** The offset up to which consumers read that want committed records only. */
  lastStableOffset(highWatermark: bigint): bigint {
    const stable = this.#transactions.lastStableOffset(highWatermark)
    return stable < this.#startOffset ? this.#startOffset : stable
  }

  /** The aborted transactions that end at an offset or behind it. */
  abortedFrom(offset: bigint): EndedTransaction[] {
    return this.#transactions.abortedFrom(offset)
  }

  /** Whether the transaction that a batch belongs to has begun in this partition. */
  hasBegun({ producerEpoch, producerId }: BatchIdentity): boolean {
    return (
      this.#transactions.isOpen(producerId) && this.#window.epochOf(producerId) === producerEpoch
    )
  }

  /** Whether a batch is of an older epoch than the last batch or marker of its producer. */
  isFenced({ producerEpoch, producerId }: BatchIdentity): boolean {
    return producerEpoch < this.#window.epochOf(producerId)
  }

  /** To be called before the coordinator is asked whether this partition is in the transaction of a batch. */
  verify(identity: BatchIdentity, enrols: boolean): Verification {
    return this.#verifications.begin(identity, enrols)
  }

  /** @param verification That of the batch, where it may begin a transaction. */
  append(checked: CheckedBatch, leaderEpoch: number, verification?: Verification): AppendResult {
    const { batch } = checked
    const identified = batch.producerId >= 0n
    const verdict = identified ? this.#judge(checked, verification) : ({ kind: 'append' } as const)
    if (verdict.kind !== 'append') return verdict
    const stored = this.#store(checked, leaderEpoch)
    const { baseOffset } = stored
    if (identified) this.#learn(stored)
    for (const listener of this.#listeners) listener()
    return { kind: 'appended', baseOffset }
  }

  /** Ends the transaction of a producer in this partition. @returns The offset of the control record. */
  appendMarker(marker: Marker, leaderEpoch: number): bigint {
    const stored = this.#store(controlBatch(marker, this.#wallClock()), leaderEpoch)
    this.#learn(stored)
    for (const listener of this.#listeners) listener()
    return stored.baseOffset
  }

  /** Removes every batch that ends at or beyond an offset, as a follower removes records that its new leader lacks. */
  truncate(offset: bigint): void {
    const kept = this.#batches.filter(({ lastOffset }) => lastOffset < offset)
    if (kept.length === this.#batches.length) return
    this.#batches = kept
    this.#endOffset = (kept.at(-1)?.lastOffset ?? this.#startOffset - 1n) + 1n
    this.#window.clear()
    this.#transactions.clear()
    this.#markers = 0
    for (const stored of kept) this.#learn(stored, stored.baseOffset >= this.#forgottenTo)
  }

  /** Removes the records before an offset, as retention does. The state of producers stays, as in Kafka since 2.5. */
  deleteBefore(offset: bigint): void {
    if (offset <= this.#startOffset) return
    this.#startOffset = offset
    this.#batches = this.#batches.filter(({ lastOffset }) => lastOffset >= this.#startOffset)
    this.#markers = this.#batches.filter(({ batch }) => batch.control).length
  }

  /** Remembers only the last batch of each producer, as after a stop in good order and a start. */
  forgetEarlierBatches(): void {
    this.#window.forgetEarlier()
  }

  /** Forgets every producer that has no transaction open, as when their ids have expired. */
  forgetProducers(): void {
    this.#window.forgetIdle()
    this.#forgottenTo = this.#endOffset
  }

  /**
   * Whole batches from the one that holds `offset` on, together at most `maxBytes`.
   *
   * @param atLeastOne Whether to give the first batch even when it is larger, so that a reader can get past it.
   * @param before No batch is given that reaches this offset.
   */
  read(
    offset: bigint,
    maxBytes: number,
    atLeastOne: boolean,
    before = this.#endOffset,
  ): Uint8Array[] {
    const chunks: Uint8Array[] = []
    let room = maxBytes
    for (let index = this.#indexOf(offset); index < this.#batches.length; index++) {
      const { bytes, lastOffset } = this.#batches[index]!
      if (lastOffset >= before) break
      if (bytes.length > room && (chunks.length > 0 || !atLeastOne)) break
      chunks.push(bytes)
      room -= bytes.length
    }
    return chunks
  }

  /** Every record of clients. Each batch is decoded when the iteration comes to it. The bytes are copies of those in the log. */
  *records(): Generator<BatchRecord> {
    for (const stored of this.#batches) if (!stored.batch.control) yield* recordsOf(stored)
  }

  /** As `records`, without those of transactions that are open or were aborted, and of what follows the last stable offset. */
  *committedRecords(highWatermark: bigint): Generator<BatchRecord> {
    const end = this.lastStableOffset(highWatermark)
    for (const stored of this.#batches) {
      if (stored.lastOffset >= end) return
      const left = stored.batch.control || this.#transactions.isAborted(stored)
      if (!left) yield* recordsOf(stored)
    }
  }

  /** The first record at or after a time, or undefined when all are older. */
  firstRecordSince(timestamp: number): BatchRecord | undefined {
    const stored = this.#batches.find((one) => one.maxTimestamp >= timestamp)
    return stored && recordsOf(stored).find((record) => record.timestamp >= timestamp)
  }

  /** The record with the highest timestamp, the first if there are several. */
  latestRecord(): BatchRecord | undefined {
    const highest = this.#batches.reduce((max, one) => Math.max(max, one.maxTimestamp), -Infinity)
    return this.firstRecordSince(highest)
  }

  /** Calls `listener` after each append. @returns A function that stops that. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #judge({ batch }: CheckedBatch, begun: Verification | undefined): Verdict {
    const { producerId, transactional } = batch
    const asked = this.#verifications.of(producerId)
    const verified = begun !== undefined && asked === begun
    const open = transactional ? this.hasBegun(batch) : this.#transactions.isOpen(producerId)
    return this.#window.judge(batch, { open, verified, verification: asked })
  }

  #store(checked: CheckedBatch, leaderEpoch: number): StoredBatch {
    const baseOffset = this.#endOffset
    stamp(checked.bytes, baseOffset, leaderEpoch)
    const lastOffset = baseOffset + BigInt(checked.batch.lastOffsetDelta)
    const stored = { ...checked, baseOffset, lastOffset }
    this.#batches.push(stored)
    this.#endOffset = lastOffset + 1n
    return stored
  }

  /** Takes from a batch of a producer what it says of the producer and its transaction. */
  #learn({ baseOffset, batch, payload }: StoredBatch, isKnown = true): void {
    const { producerEpoch, producerId } = batch
    if (producerId < 0n) return
    if (batch.control) {
      this.#markers++
      this.#transactions.end(producerId, baseOffset, isCommit(payload))
      this.#verifications.end(producerId)
      if (isKnown) this.#window.rememberMarker(producerId, producerEpoch, batch.maxTimestamp)
      return
    }
    if (batch.transactional) {
      this.#transactions.note(producerId, baseOffset)
      this.#verifications.end(producerId)
    }
    if (isKnown) this.#window.remember(batch, baseOffset)
  }

  /** The index of the batch that holds an offset, found by bisection. */
  #indexOf(offset: bigint): number {
    let low = 0
    let high = this.#batches.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#batches[middle]!.lastOffset < offset) low = middle + 1
      else high = middle
    }
    return low
  }
}
