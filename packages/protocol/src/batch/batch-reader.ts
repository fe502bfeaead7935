import { KafkaError } from '../errors.js'
import type { ByteReader } from '../primitives/byte-reader.js'
import { crc32c } from '../primitives/crc32c.js'
import { BATCH_HEADER_BYTES, batchLayout } from './batch-header.js'

/** A batch whose header has been read and whose CRC is right. */
export interface RecordBatch {
  /** The offset of the first record. */
  readonly baseOffset: bigint
  /** The epoch of the leader that wrote the batch; −1 from a producer. */
  readonly partitionLeaderEpoch: number
  /** 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd. */
  readonly codecId: 0 | 1 | 2 | 3 | 4
  /** Whether the times are the producer's or the broker's. */
  readonly timestampType: 'CreateTime' | 'LogAppendTime'
  /** Whether the batch is part of a transaction. */
  readonly transactional: boolean
  /** A commit or abort marker instead of records. */
  readonly control: boolean
  /** The offset of the last record, counted from `baseOffset`. */
  readonly lastOffsetDelta: number
  /** Milliseconds. */
  readonly baseTimestamp: number
  /** Milliseconds; with `LogAppendTime` the time of every record. */
  readonly maxTimestamp: number
  /** −1n where the producer was not idempotent. */
  readonly producerId: bigint
  /** The epoch of the producer id; −1 where there is none. */
  readonly producerEpoch: number
  /** The sequence of the first record; −1 where there is none. */
  readonly baseSequence: number
  /** The number of records. */
  readonly count: number
  /** Of the whole batch, its header included. */
  readonly sizeInBytes: number
  /** The records as they are in the batch, compressed where `codecId` says so: a view. */
  readonly payload: Uint8Array
}

/**
 * Reads one batch of format 2 and checks its CRC.
 *
 * @throws KafkaError CORRUPT_MESSAGE where the CRC is wrong, MALFORMED_RESPONSE where this is no such batch
 */
export function readBatchHeader(reader: ByteReader): RecordBatch {
  const baseOffset = reader.int64()
  const batchLength = reader.int32()
  const restOfHeader = BATCH_HEADER_BYTES - batchLayout.lengthEnd
  if (batchLength < restOfHeader) throw reader.malformed(`a batch of length ${batchLength}`)
  const rest = reader.slice(batchLength)
  const partitionLeaderEpoch = rest.int32()
  const magic = rest.int8()
  if (magic !== 2) throw rest.malformed(`a batch of format ${magic}, only 2 is read`)
  checkCrc(rest.uint32(), rest)
  const attributes = rest.int16()
  const codecId = attributes & 7
  if (!isCodecId(codecId)) throw rest.malformed(`compression ${codecId}`)
  return {
    baseOffset,
    partitionLeaderEpoch,
    codecId,
    timestampType: attributes & 8 ? 'LogAppendTime' : 'CreateTime',
    transactional: (attributes & 16) !== 0,
    control: (attributes & 32) !== 0,
    lastOffsetDelta: rest.int32(),
    baseTimestamp: Number(rest.int64()),
    maxTimestamp: Number(rest.int64()),
    producerId: rest.int64(),
    producerEpoch: rest.int16(),
    baseSequence: rest.int32(),
    count: countOf(rest),
    sizeInBytes: batchLayout.lengthEnd + batchLength,
    payload: rest.raw(rest.remaining),
  }
}

function checkCrc(expected: number, rest: ByteReader): void {
  const actual = crc32c(rest.peek())
  if (actual !== expected) {
    throw new KafkaError('CORRUPT_MESSAGE', `CRC is ${actual}, the batch says ${expected}`)
  }
}

function isCodecId(id: number): id is RecordBatch['codecId'] {
  return id <= 4
}

function countOf(reader: ByteReader): number {
  const count = reader.int32()
  if (count < 0) throw reader.malformed(`a batch of ${count} records`)
  return count
}
