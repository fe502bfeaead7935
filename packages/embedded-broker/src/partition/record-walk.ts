import { ByteReader, KafkaError, type RecordBatch } from '@sluice/protocol'

/**
 * Checks every record of a batch without making an object of it, since a broker does so for each batch.
 *
 * @param payload The records, uncompressed.
 * @returns The highest timestamp, in milliseconds since 1970.
 * @throws KafkaError INVALID_RECORD when the payload is not exactly `batch.count` records in sequence.
 */
export function walkRecords(batch: RecordBatch, payload: Uint8Array): number {
  const reader = new ByteReader(payload)
  try {
    const maxTimestamp = walk(batch, reader)
    if (reader.remaining > 0) throw reader.malformed(`${reader.remaining} bytes behind the records`)
    return maxTimestamp
  } catch (cause) {
    throw new KafkaError('INVALID_RECORD', cause instanceof Error ? cause.message : undefined, {
      cause,
    })
  }
}

function walk(batch: RecordBatch, reader: ByteReader): number {
  let maxDelta = -Infinity
  for (let index = 0; index < batch.count; index++) {
    maxDelta = Math.max(maxDelta, walkRecord(reader, index))
  }
  return batch.baseTimestamp + maxDelta
}

/** Returns the record's timestamp delta. */
function walkRecord(reader: ByteReader, index: number): number {
  const length = reader.varint()
  const end = reader.position + length
  reader.skip(1)
  const timestampDelta = reader.varlong()
  const offsetDelta = reader.varint()
  if (offsetDelta !== index)
    throw reader.malformed(`offset delta ${offsetDelta} of record ${index}`)
  skipNullable(reader)
  skipNullable(reader)
  const headers = reader.varint()
  if (headers < 0) throw reader.malformed(`${headers} headers`)
  for (let header = 0; header < headers; header++) {
    reader.skip(reader.varint())
    skipNullable(reader)
  }
  if (reader.position !== end) throw reader.malformed(`record ${index} is not ${length} bytes long`)
  return timestampDelta
}

function skipNullable(reader: ByteReader): void {
  const length = reader.varint()
  if (length !== -1) reader.skip(length)
}
