import {
  BATCH_HEADER_BYTES,
  readRecords,
  type BatchRecord,
  type RecordBatch,
} from '@sluice/protocol'

/** A batch that was checked. The log that appends it owns its bytes. */
export interface CheckedBatch {
  readonly bytes: Uint8Array
  readonly batch: RecordBatch
  /** The records uncompressed, so that reading them is synchronous and needs no codec. */
  readonly payload: Uint8Array
  /** The highest timestamp of the records, in milliseconds since 1970. The header may say another. */
  readonly maxTimestamp: number
}

/** A batch in the log. */
export interface StoredBatch extends CheckedBatch {
  readonly baseOffset: bigint
  readonly lastOffset: bigint
}

/** Writes the fields of the header that the broker sets. The CRC does not cover them, so the batch stays as the client made it. */
export function stamp(bytes: Uint8Array, baseOffset: bigint, leaderEpoch: number): void {
  const header = new DataView(bytes.buffer, bytes.byteOffset, BATCH_HEADER_BYTES)
  header.setBigInt64(0, baseOffset)
  header.setInt32(12, leaderEpoch)
}

/** The records of a batch with their offsets. Their bytes are copies. */
export function recordsOf({ batch, baseOffset, payload }: StoredBatch): BatchRecord[] {
  return [...readRecords({ ...batch, baseOffset }, new Uint8Array(payload))]
}
