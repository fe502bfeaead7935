import { Buffer } from 'node:buffer'
import {
  BATCH_HEADER_BYTES,
  ByteReader,
  decompressPayload,
  KafkaError,
  readBatchHeader,
  type CompressionCodec,
  type RecordBatch,
} from '@sluice/protocol'
import { walkRecords } from './record-walk.js'
import type { CheckedBatch } from './stored-batch.js'

/** No batch may be larger than this when it is decompressed, so that no test can exhaust the memory. */
const maxPayloadBytes = 268_435_456

/** The codecs that the brokers can read, by their ids. */
export type Codecs = ReadonlyMap<number, CompressionCodec>

const batchOverhead = 12
const minLength = BATCH_HEADER_BYTES - batchOverhead
const magicOffset = 16
const attributesOffset = 22
const codecBits = 7
const zstdId = 4

/** Versions of Produce before this one may not carry zstd. */
const zstdFromVersion = 7

/**
 * Checks that the records of a partition are exactly one batch of format 2, as every Produce since version 3 must send.
 * Kafka checks this before anything else of the request.
 *
 * @throws KafkaError INVALID_RECORD, CORRUPT_MESSAGE or UNSUPPORTED_COMPRESSION_TYPE
 */
export function requireOneBatch(records: Uint8Array | null, version: number): Uint8Array {
  if (records === null || records.length < BATCH_HEADER_BYTES) {
    throw new KafkaError('INVALID_RECORD', 'no record batch')
  }
  const bytes = Buffer.from(records.buffer, records.byteOffset, records.length)
  const length = bytes.readInt32BE(batchOverhead - 4)
  const magic = bytes.readInt8(magicOffset)
  if (magic < 0 || magic > 2) throw new KafkaError('CORRUPT_MESSAGE', `a batch of format ${magic}`)
  if (magic !== 2) throw new KafkaError('INVALID_RECORD', `a batch of format ${magic}`)
  if (length < minLength) throw new KafkaError('CORRUPT_MESSAGE', `a batch of length ${length}`)
  if (length + batchOverhead !== bytes.length) {
    throw new KafkaError(
      'INVALID_RECORD',
      `a batch of ${length + batchOverhead} bytes in ${bytes.length} bytes of records`,
    )
  }
  if (version < zstdFromVersion && (bytes.readInt8(attributesOffset) & codecBits) === zstdId) {
    throw new KafkaError('UNSUPPORTED_COMPRESSION_TYPE', `zstd in version ${version} of Produce`)
  }
  return bytes
}

/**
 * Checks a batch as a broker does before it appends it: size, CRC, codec, counts, every record.
 *
 * @throws KafkaError with the code that the broker answers.
 */
export async function checkBatch(
  bytes: Uint8Array,
  maxMessageBytes: number,
  codecs: Codecs,
): Promise<CheckedBatch> {
  if (bytes.length > maxMessageBytes) {
    throw new KafkaError(
      'MESSAGE_TOO_LARGE',
      `a batch of ${bytes.length} bytes, at most ${maxMessageBytes} are taken`,
    )
  }
  // A copy: the log writes the offset into it, and must not keep the whole request alive.
  const own = new Uint8Array(bytes)
  const batch = readHeader(own)
  requireClientBatch(batch)
  const payload = await readPayload(batch, codecs)
  const maxTimestamp = walkRecords(batch, payload)
  return { bytes: own, batch, payload, maxTimestamp }
}

function readHeader(bytes: Uint8Array): RecordBatch {
  try {
    return readBatchHeader(new ByteReader(bytes))
  } catch (error) {
    if (error instanceof KafkaError && error.code === 'CORRUPT_MESSAGE') throw error
    const codecId = (bytes[attributesOffset] ?? 0) & codecBits
    if (codecId > zstdId) throw new KafkaError('UNKNOWN_SERVER_ERROR', `no codec has id ${codecId}`)
    throw invalid(String(error))
  }
}

function requireClientBatch(batch: RecordBatch): void {
  const { baseOffset, baseSequence, control, count, lastOffsetDelta, producerId } = batch
  if (baseOffset !== 0n) throw invalid(`a batch with base offset ${baseOffset}`)
  if (count < 1 || lastOffsetDelta !== count - 1) {
    throw invalid(`${count} records with the last offset delta ${lastOffsetDelta}`)
  }
  if (control) throw invalid('clients may not write control records')
  if (producerId >= 0n && baseSequence < 0) {
    throw invalid(`sequence ${baseSequence} of producer ${producerId}`)
  }
}

async function readPayload(batch: RecordBatch, codecs: Codecs): Promise<Uint8Array> {
  if (batch.codecId !== 0 && !codecs.has(batch.codecId)) throw unknownCodec(batch.codecId)
  try {
    return await decompressPayload(batch, [...codecs.values()], maxPayloadBytes)
  } catch (cause) {
    throw new KafkaError('UNKNOWN_SERVER_ERROR', 'the records do not decompress', { cause })
  }
}

function unknownCodec(codecId: number): KafkaError {
  return new KafkaError('UNSUPPORTED_COMPRESSION_TYPE', `no codec with id ${codecId}`)
}

function invalid(detail: string): KafkaError {
  return new KafkaError('INVALID_RECORD', detail)
}
