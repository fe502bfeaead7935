import type { BatchRecord } from '@sluice/protocol'

/** A record as it is in the log. */
export interface EmbeddedRecord {
  readonly partition: number
  readonly offset: bigint
  /** Milliseconds. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** In order, repeated names included. */
  readonly headers: [name: string, value: Buffer | null][]
}

/** Field by field: tests read hundreds of thousands of these, and a spread costs more than all the rest. */
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
