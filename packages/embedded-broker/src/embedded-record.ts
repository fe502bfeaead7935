import { Buffer } from 'node:buffer'
import type { BatchRecord } from '@sluice/protocol'

/** A record as it is in the log of a partition. */
export interface EmbeddedRecord {
  /** The partition. */
  readonly partition: number
  /** The offset in the log of the partition. */
  readonly offset: bigint
  /** Milliseconds since 1970. */
  readonly timestamp: number
  /** The bytes of the key, null for none. */
  readonly key: Buffer | null
  /** The bytes of the value, null for none. */
  readonly value: Buffer | null
  /** All headers in their order, repeated names included. */
  readonly headers: [name: string, value: Buffer | null][]
}

/** Which records `records` of an `EmbeddedCluster` gives. */
export interface RecordsOptions {
  /** `read_committed` leaves out the records of transactions that were aborted, and all from the first record of an open
   *  transaction on: what a consumer with this `isolation.level` reads.
   *  @defaultValue read_uncommitted */
  readonly isolation?: 'read_committed' | 'read_uncommitted'
}

/** Copies field by field: tests read hundreds of thousands of records, and a spread costs more than everything else. */
export function asEmbeddedRecord(record: BatchRecord, partition: number): EmbeddedRecord {
  return {
    partition,
    offset: record.offset,
    timestamp: record.timestamp,
    key: asBuffer(record.key),
    value: asBuffer(record.value),
    headers: record.headers.map(([name, value]) => [name, asBuffer(value)]),
  }
}

function asBuffer(bytes: Uint8Array | null): Buffer | null {
  if (bytes === null || Buffer.isBuffer(bytes)) return bytes
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
