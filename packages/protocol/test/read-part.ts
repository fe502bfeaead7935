import { expect } from 'vitest'
import {
  ByteReader,
  encodeBatchHeader,
  readBatchHeader,
  readRecords,
  RecordBatchBuilder,
  type RecordsPart,
} from '../src/index.js'

export const baseTimestamp = 1_700_000_000_000

export interface SentRecord<Value extends string | Uint8Array> {
  readonly value: Value
  readonly timestamp: number
}

/** Records with the key `k`, and a header `h` with the value of the record. */
export function payloadOf(sent: readonly SentRecord<string | Uint8Array>[]): Uint8Array {
  const bytes = sent.reduce((sum, { value }) => sum + 8 * value.length + 100, 0)
  const builder = new RecordBatchBuilder(new ArrayBuffer(bytes))
  for (const { value, timestamp } of sent) builder.append(timestamp, 'k', value, ['h', value])
  return builder.payload()
}

/** What a consumer reads from a part that is sent as a batch. */
export function readPart({ payload, count, maxTimestamp }: RecordsPart): SentRecord<Uint8Array>[] {
  const producer = { producerId: -1n, producerEpoch: -1, baseSequence: -1 }
  const fields = { count, baseTimestamp, maxTimestamp, codecId: 0, transactional: false } as const
  const header = encodeBatchHeader({ ...fields, ...producer }, payload)
  const batch = readBatchHeader(new ByteReader(Buffer.concat([header, payload])))
  const records = [...readRecords(batch, payload)]
  expect(records.map(({ offset }) => offset)).toEqual(records.map((_, index) => BigInt(index)))
  expect(maxTimestamp).toBe(Math.max(...records.map(({ timestamp }) => timestamp)))
  return records.map(({ key, value, headers, timestamp }) => {
    expect(Buffer.from(key!).toString()).toBe('k')
    expect(headers).toEqual([['h', value]])
    return { value: new Uint8Array(value!), timestamp }
  })
}
