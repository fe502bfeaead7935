import {
  BATCH_HEADER_BYTES,
  readRecords,
  type BatchRecord,
  type RecordBatch,
} from '@sluice/protocol'
import { ProducerWindow, type ProducerExpiration, type Verdict } from './producer-window.js'

/** A batch that was checked. The log that appends it owns its bytes. */
export interface CheckedBatch {
  readonly bytes: Uint8Array
  readonly batch: RecordBatch
  /** The records uncompressed, so that reading them is synchronous and needs no codec. */
  readonly payload: Uint8Array
  /** The highest timestamp of the records, in milliseconds since 1970. The header may say another. */
  readonly maxTimestamp: number
}

interface StoredBatch extends CheckedBatch {
  readonly baseOffset: bigint
  readonly lastOffset: bigint
}

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
  readonly #listeners = new Set<() => void>()
  #startOffset = 0n
  #endOffset = 0n
  /** Batches before this offset tell nothing of their producers, which a test has made the log forget. */
  #forgottenTo = 0n

  constructor(expiration: ProducerExpiration) {
    this.#window = new ProducerWindow(expiration)
  }

  /** The offset of the first record that can be read. */
  get startOffset(): bigint {
    return this.#startOffset
  }

  /** The offset that the next record gets. */
  get endOffset(): bigint {
    return this.#endOffset
  }

  get batchCount(): number {
    return this.#batches.length
  }

  append(checked: CheckedBatch, leaderEpoch: number): AppendResult {
    const { batch } = checked
    const identified = batch.producerId >= 0n
    const verdict = identified ? this.#window.judge(batch) : ({ kind: 'append' } as const)
    if (verdict.kind !== 'append') return verdict
    const baseOffset = this.endOffset
    if (identified) this.#window.remember(batch, baseOffset)
    stamp(checked.bytes, baseOffset, leaderEpoch)
    const lastOffset = baseOffset + BigInt(batch.lastOffsetDelta)
    this.#batches.push({ ...checked, baseOffset, lastOffset })
    this.#endOffset = lastOffset + 1n
    for (const listener of this.#listeners) listener()
    return { kind: 'appended', baseOffset }
  }

  /** Removes every batch that ends at or beyond an offset, as a follower removes records that its new leader lacks. */
  truncate(offset: bigint): void {
    const kept = this.#batches.filter(({ lastOffset }) => lastOffset < offset)
    if (kept.length === this.#batches.length) return
    this.#batches = kept
    this.#endOffset = (kept.at(-1)?.lastOffset ?? this.#startOffset - 1n) + 1n
    this.#window.clear()
    for (const { baseOffset, batch } of kept) {
      const known = batch.producerId >= 0n && baseOffset >= this.#forgottenTo
      if (known) this.#window.remember(batch, baseOffset)
    }
  }

  /** Removes the records before an offset, as retention does. The state of producers stays, as in Kafka since 2.5. */
  deleteBefore(offset: bigint): void {
    if (offset <= this.#startOffset) return
    this.#startOffset = offset
    this.#batches = this.#batches.filter(({ lastOffset }) => lastOffset >= this.#startOffset)
  }

  /** Forgets every producer, as when their ids have expired. */
  forgetProducers(): void {
    this.#window.clear()
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

  /** Every record. Each batch is decoded when the iteration comes to it. The bytes are copies of those in the log. */
  *records(): Generator<BatchRecord> {
    for (const stored of this.#batches) yield* recordsOf(stored)
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

/** Writes the fields of the header that the broker sets. The CRC does not cover them, so the batch stays as the client made it. */
function stamp(bytes: Uint8Array, baseOffset: bigint, leaderEpoch: number): void {
  const header = new DataView(bytes.buffer, bytes.byteOffset, BATCH_HEADER_BYTES)
  header.setBigInt64(0, baseOffset)
  header.setInt32(12, leaderEpoch)
}

function recordsOf({ batch, baseOffset, payload }: StoredBatch): BatchRecord[] {
  return [...readRecords({ ...batch, baseOffset }, new Uint8Array(payload))]
}
