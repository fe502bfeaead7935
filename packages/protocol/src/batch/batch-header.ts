import { Buffer } from 'node:buffer'
import { crc32c } from '../primitives/crc32c.js'

/** Bytes of a batch before its records. */
export const BATCH_HEADER_BYTES = 61

/** What a producer says of a batch. */
export interface BatchHeaderFields {
  /** The number of records. */
  readonly count: number
  /** Milliseconds. */
  readonly baseTimestamp: number
  /** Milliseconds. */
  readonly maxTimestamp: number
  /** 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd. */
  readonly codecId: 0 | 1 | 2 | 3 | 4
  /** −1n where the producer is not idempotent; epoch and sequence are then written as −1. */
  readonly producerId: bigint
  /** The epoch of the producer id. */
  readonly producerEpoch: number
  /** The sequence of the first record; the others follow. */
  readonly baseSequence: number
  /** Whether the batch is part of a transaction. */
  readonly transactional: boolean
}

/** Where in the header things stand that others need: the batch's length counts from `lengthEnd`, the CRC covers all from `attributes` on. */
export const batchLayout = { lengthEnd: 12, magic: 16, crc: 17, attributes: 21 } as const

/**
 * The header of a batch, in 61 bytes of its own: made anew for each attempt, so that nothing is patched that a
 * socket may still read.
 *
 *     baseOffset i64 · batchLength i32 · partitionLeaderEpoch i32 · magic i8 · crc u32 · attributes i16 ·
 *     lastOffsetDelta i32 · baseTimestamp i64 · maxTimestamp i64 · producerId i64 · producerEpoch i16 ·
 *     baseSequence i32 · recordsCount i32
 *
 * @param payload - the records, compressed where `codecId` says so; the CRC is taken over them
 */
export function encodeBatchHeader(fields: BatchHeaderFields, payload: Uint8Array): Uint8Array {
  const { count, codecId, producerId, transactional } = fields
  const identified = producerId >= 0n
  const header = Buffer.alloc(BATCH_HEADER_BYTES)
  header.writeInt32BE(BATCH_HEADER_BYTES - batchLayout.lengthEnd + payload.length, 8)
  header.writeInt32BE(-1, 12)
  header.writeInt8(2, batchLayout.magic)
  header.writeInt16BE(codecId | (transactional ? 0x10 : 0), batchLayout.attributes)
  header.writeInt32BE(count - 1, 23)
  header.writeBigInt64BE(BigInt(fields.baseTimestamp), 27)
  header.writeBigInt64BE(BigInt(fields.maxTimestamp), 35)
  header.writeBigInt64BE(identified ? producerId : -1n, 43)
  header.writeInt16BE(identified ? fields.producerEpoch : -1, 51)
  header.writeInt32BE(identified ? fields.baseSequence : -1, 53)
  header.writeInt32BE(count, 57)
  const crc = crc32c(payload, crc32c(header.subarray(batchLayout.attributes)))
  header.writeUInt32BE(crc, batchLayout.crc)
  return header
}

/** The sequence of the batch behind one of `count` records at `sequence`: after 2147483647 comes 0. */
export function nextSequence(sequence: number, count: number): number {
  return (sequence + count) & 0x7fffffff
}
