import { Buffer } from 'node:buffer'
import { ByteReader, encodeBatchHeader, readBatchHeader, readRecords } from '@sluice/protocol'
import type { QueueBatch } from '../../accumulator-queue.js'

export interface ReadRecord {
  readonly key: string | null
  readonly value: string | null
  readonly headers: [string, string | null][]
  readonly timestamp: number
}

export type BatchToRead = Pick<
  QueueBatch,
  'count' | 'baseTimestamp' | 'maxTimestamp' | 'codecId' | 'payload'
>

/**
 * The records that a consumer would read from the batch, as text.
 *
 * @param payload - the records, if those of the batch are compressed
 */
export function recordsOf(batch: BatchToRead, payload = batch.payload): ReadRecord[] {
  const { count, baseTimestamp, maxTimestamp, codecId } = batch
  const numbers = { producerId: -1n, producerEpoch: -1, baseSequence: -1, transactional: false }
  const fields = { ...numbers, count, baseTimestamp, maxTimestamp, codecId }
  const header = encodeBatchHeader(fields, batch.payload)
  const read = readBatchHeader(new ByteReader(Buffer.concat([header, batch.payload])))
  return [...readRecords(read, payload)].map(({ key, value, headers, timestamp }) => ({
    key: text(key),
    value: text(value),
    headers: headers.map(([name, bytes]) => [name, text(bytes)]),
    timestamp,
  }))
}

/** The values of each batch. */
export function valuesOf(batches: readonly QueueBatch[]): (string | null)[][] {
  return batches.map((batch) => recordsOf(batch).map(({ value }) => value))
}

function text(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString()
}
