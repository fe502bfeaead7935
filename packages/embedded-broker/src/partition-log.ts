import {
  BATCH_HEADER_BYTES,
  readRecords,
  type BatchRecord,
  type RecordBatch,
} from '@sluice/protocol'
import { ProducerWindow, type Verdict } from './producer-window.js'

/** A batch that was checked and is not in a log yet. Its bytes are the log's from then on. */
export interface CheckedBatch {
  readonly bytes: Uint8Array
  readonly batch: RecordBatch
  /** The records uncompressed, kept so that reading back is synchronous and needs no codec. */
  readonly payload: Uint8Array
  /** The highest of the records, whatever the header says. Milliseconds. */
  readonly maxTimestamp: number
}

interface StoredBatch extends CheckedBatch {
  readonly baseOffset: bigint
  readonly lastOffset: bigint
}

/** What became of a batch. */
export type AppendResult =
  | { readonly kind: 'appended'; readonly baseOffset: bigint }
  | Exclude<Verdict, { kind: 'append' }>

/**
 * The log of one partition: its batches, as bytes and in order, and the window that recognises a repeated one.
 * Nothing is ever removed.
 */
export class PartitionLog {
  readonly #batches: StoredBatch[] = []
  readonly #window = new ProducerWindow()
  readonly #listeners = new Set<() => void>()

  /** The offset of the first record. */
  get startOffset(): bigint {
    return 0n
  }

  /** The offset the next record gets: with one replica also the high watermark and the last stable offset. */
  get endOffset(): bigint {
    const last = this.#batches.at(-1)
    return last === undefined ? this.startOffset : last.lastOffset + 1n
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
    for (const listener of this.#listeners) listener()
    return { kind: 'appended', baseOffset }
  }

  /**
   * Whole batches from the one that holds `offset` on, together at most `maxBytes`.
   *
   * @param atLeastOne - gives the first batch even where it is larger: else a reader could never get past it
   */
  read(offset: bigint, maxBytes: number, atLeastOne: boolean): Uint8Array[] {
    const chunks: Uint8Array[] = []
    let room = maxBytes
    for (let index = this.#indexOf(offset); index < this.#batches.length; index++) {
      const { bytes } = this.#batches[index]!
      if (bytes.length > room && (chunks.length > 0 || !atLeastOne)) break
      chunks.push(bytes)
      room -= bytes.length
    }
    return chunks
  }

  /** Every record, decoded, batch by batch as they are asked for. Their bytes are copies of the log's. */
  *records(): Generator<BatchRecord> {
    for (const stored of this.#batches) yield* recordsOf(stored)
  }

  /** The first record at or after a time, or undefined where all are older. */
  firstRecordSince(timestamp: number): BatchRecord | undefined {
    const stored = this.#batches.find((one) => one.maxTimestamp >= timestamp)
    return stored && recordsOf(stored).find((record) => record.timestamp >= timestamp)
  }

  /** The record with the highest timestamp, the first of several. */
  latestRecord(): BatchRecord | undefined {
    const highest = this.#batches.reduce((max, one) => Math.max(max, one.maxTimestamp), -Infinity)
    return this.firstRecordSince(highest)
  }

  /** Calls `listener` after each append. Returns how to stop that. */
  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Where the batch that holds an offset is, by bisection. */
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

/** The broker's part of a header: what the CRC does not cover, so that the batch stays as the client made it. */
function stamp(bytes: Uint8Array, baseOffset: bigint, leaderEpoch: number): void {
  const header = new DataView(bytes.buffer, bytes.byteOffset, BATCH_HEADER_BYTES)
  header.setBigInt64(0, baseOffset)
  header.setInt32(12, leaderEpoch)
}

function recordsOf({ batch, baseOffset, payload }: StoredBatch): BatchRecord[] {
  return [...readRecords({ ...batch, baseOffset }, new Uint8Array(payload))]
}
