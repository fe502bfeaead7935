import { ByteReader } from '../primitives/byte-reader.js'
import type { RecordBatch } from './batch-reader.js'

/** A record read back. Bytes are views of the payload. */
export interface BatchRecord {
  /** Its place in the partition's log. */
  readonly offset: bigint
  /** Milliseconds. */
  readonly timestamp: number
  /** The key's bytes; null without a key. */
  readonly key: Uint8Array | null
  /** The value's bytes; null for a tombstone. */
  readonly value: Uint8Array | null
  /** Name and value of each header, in order. */
  readonly headers: [string, Uint8Array | null][]
}

/**
 * Reads the records of a batch, one at each step: seven bytes can be a record, which takes some two hundred of memory,
 * so that all at once could be thirty times the batch. A batch of many is best read with pauses.
 *
 * @param payload - uncompressed, as from `decompressPayload`
 * @throws KafkaError MALFORMED_RESPONSE, at the step where it is noticed, where the payload is not exactly `batch.count`
 * records
 */
export function* readRecords(
  batch: RecordBatch,
  payload: Uint8Array,
): Generator<BatchRecord, void> {
  const reader = new ByteReader(payload)
  if (batch.count * minRecordBytes > reader.remaining) {
    throw reader.malformed(`${batch.count} records announced, ${reader.remaining} bytes left`)
  }
  for (let index = 0; index < batch.count; index++) yield readRecord(batch, reader)
  if (reader.remaining > 0) throw reader.malformed(`${reader.remaining} bytes behind the records`)
}

/** Length, attributes, two deltas, key, value and number of headers, a byte each. */
const minRecordBytes = 7
const minHeaderBytes = 2
/** Of the pair, its place and the view of its value. */
const headerMemoryBytes = 176

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
  const count = body.checkCount(body.varint(), minHeaderBytes, headerMemoryBytes)
  if (count < 0) throw body.malformed(`${count} headers`)
  const headers = new Array<[string, Uint8Array | null]>(count)
  for (let index = 0; index < count; index++) {
    headers[index] = [body.text(body.varint()), readField(body)]
  }
  return headers
}
