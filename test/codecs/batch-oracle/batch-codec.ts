import {
  ByteReader,
  decompressPayload,
  encodeBatchHeader,
  flattenHeaders,
  nextSequence,
  readBatchHeader,
  readRecords,
  RecordBatchBuilder,
  recordSize,
  type BatchRecord,
  type CompressionCodec,
} from '@sluice/protocol'
import type { BatchValue, RecordValue } from './batch-values.js'

/** The batch as a producer of ours writes it: at offset 0, whatever `baseOffset` is. */
export async function writeBatch(batch: BatchValue, codec?: CompressionCodec): Promise<Buffer> {
  const flat = batch.records.map((record) => ({ ...record, flat: flattenHeaders(record.headers) }))
  const size = flat.reduce((sum, one) => sum + recordSize(one.key, one.value, one.flat), 0)
  const builder = new RecordBatchBuilder(new ArrayBuffer(size))
  for (const { timestamp, key, value, flat: headers } of flat) {
    builder.append(timestamp, key, value, headers)
  }
  const { count, baseTimestamp, maxTimestamp } = builder
  const payload = (await codec?.compress(builder.payload())) ?? builder.payload()
  const header = encodeBatchHeader(
    { ...batch, count, baseTimestamp, maxTimestamp, codecId: codec?.id ?? 0 },
    payload,
  )
  return Buffer.concat([header, payload])
}

/** What our reader makes of a batch, as `BatchOracle.java` tells it. */
export async function readBatch(bytes: Buffer, codec?: CompressionCodec): Promise<unknown> {
  const batch = readBatchHeader(new ByteReader(bytes))
  const payload = await decompressPayload(batch, codec ? [codec] : [], 1 << 24)
  return {
    codec: codec?.name ?? 'none',
    baseOffset: batch.baseOffset.toString(),
    maxTimestamp: batch.maxTimestamp.toString(),
    producerId: batch.producerId.toString(),
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    nextSequence: sequenceBehind(batch.baseSequence, batch.count),
    transactional: batch.transactional,
    records: [...readRecords(batch, payload)].map(describeRecord),
  }
}

/** The batch as its readers should tell it. */
export function describeBatch(batch: BatchValue, codec?: CompressionCodec) {
  const { records, baseOffset, producerId, baseSequence, ...rest } = batch
  const maxTimestamp = Math.max(...records.map(({ timestamp }) => timestamp))
  return {
    ...rest,
    codec: codec?.name ?? 'none',
    baseOffset: baseOffset.toString(),
    maxTimestamp: maxTimestamp.toString(),
    producerId: producerId.toString(),
    baseSequence,
    nextSequence: sequenceBehind(baseSequence, records.length),
    records: records.map((record, index) =>
      describeRecord({ ...record, offset: baseOffset + BigInt(index) }),
    ),
  }
}

function sequenceBehind(sequence: number, count: number): number {
  return sequence === -1 ? -1 : nextSequence(sequence, count)
}

function describeRecord(record: BatchRecord | (RecordValue & { offset: bigint })) {
  return {
    offset: record.offset.toString(),
    timestamp: record.timestamp.toString(),
    key: base64(record.key),
    value: base64(record.value),
    headers: record.headers.map(([name, value]) => [name, base64(value)]),
  }
}

function base64(field: string | Uint8Array | null): string | null {
  return field === null ? null : Buffer.from(field as Uint8Array).toString('base64')
}
