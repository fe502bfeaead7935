import { ByteReader } from '../primitives/byte-reader.js'
import type { RecordBatch } from './batch-reader.js'

/** A record read back. Bytes are views of the payload. */
export interface BatchRecord {
  readonly offset: bigint
  /** Milliseconds. */
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: [string, Uint8Array | null][]
}

/**
 * Reads the records of a batch.
 *
 * @param payload - uncompressed, as from `decompressPayload`
 * @throws KafkaError MALFORMED_RESPONSE where the payload is not exactly `batch.count` records
 */
export function readRecords(batch: RecordBatch, payload: Uint8Array): BatchRecord[] {
  const reader = new ByteReader(payload)
  if (batch.count * minRecordBytes > reader.remaining) {
    throw reader.malformed(`${batch.count} records announced, ${reader.remaining} bytes left`)
  }
  const records: BatchRecord[] = []
  for (let index = 0; index < batch.count; index++) records.push(readRecord(batch, reader))
  if (reader.remaining > 0) throw reader.malformed(`${reader.remaining} bytes behind the records`)
  return records
}

/** Length, attributes, two deltas, key, value and number of headers, a byte each. */
const minRecordBytes = 7

function readRecord(batch: RecordBatch, reader: ByteReader): BatchRecord {
  const body = reader.slice(reader.varint())
  body.skip(1)
  const timestampDelta = body.varlong()
  const offsetDelta = body.varint()
  const record: BatchRecord = {
    offset: batch.baseOffset + BigInt(offsetDelta),
    timestamp:
      batch.timestampType === 'LogAppendTime'
        ? batch.maxTimestamp
        : batch.baseTimestamp + timestampDelta,
    key: readField(body),
    value: readField(body),
    headers: readHeaders(body),
  }
  if (body.remaining > 0) throw body.malformed(`${body.remaining} bytes behind a record`)
  return record
}

function readField(body: ByteReader): Uint8Array | null {
  const length = body.varint()
  return length === -1 ? null : body.raw(length)
}

function readHeaders(body: ByteReader): [string, Uint8Array | null][] {
  const count = body.varint()
  if (count < 0 || count * 2 > body.remaining) throw body.malformed(`${count} headers announced`)
  const headers: [string, Uint8Array | null][] = []
  for (let index = 0; index < count; index++) {
    headers.push([body.text(body.varint()), readField(body)])
  }
  return headers
}
