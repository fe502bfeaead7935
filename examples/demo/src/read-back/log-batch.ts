import {
  BATCH_HEADER_BYTES,
  type BatchRecord,
  ByteReader,
  decompressPayload,
  readBatchHeader,
  readRecords,
} from '@sluice/protocol'
import { gzip } from '@sluice/protocol/gzip'

/** A batch of a log, read back. */
export interface LogBatch {
  readonly baseOffset: bigint
  /** The offset behind the batch. */
  readonly nextOffset: bigint
  readonly producerId: bigint
  readonly records: readonly BatchRecord[]
}

/** The whole batches in the answer to a Fetch. At its limit of bytes a broker may cut the last batch off. */
export async function readBatches(bytes: Uint8Array): Promise<LogBatch[]> {
  const reader = new ByteReader(bytes)
  const batches: LogBatch[] = []
  while (holdsBatch(reader.peek())) batches.push(await readBatch(reader))
  return batches
}

const codecs = [gzip()]
const maxBatchBytes = 256 * 1024 * 1024
/** Where the base offset and the length end. The length counts the bytes behind it. */
const lengthEnd = 12

function holdsBatch(bytes: Uint8Array): boolean {
  if (bytes.length < BATCH_HEADER_BYTES) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return bytes.length >= lengthEnd + view.getInt32(lengthEnd - 4)
}

async function readBatch(reader: ByteReader): Promise<LogBatch> {
  const batch = readBatchHeader(reader)
  const { baseOffset, producerId } = batch
  const nextOffset = baseOffset + BigInt(batch.lastOffsetDelta) + 1n
  // A marker of a transaction takes an offset and holds no record.
  if (batch.control) return { baseOffset, nextOffset, producerId, records: [] }
  const payload = await decompressPayload(batch, codecs, maxBatchBytes)
  return { baseOffset, nextOffset, producerId, records: [...readRecords(batch, payload)] }
}
