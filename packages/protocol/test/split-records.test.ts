import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ByteReader,
  encodeBatchHeader,
  readBatchHeader,
  readRecords,
  RecordBatchBuilder,
  type RecordsPart,
  splitRecords,
} from '../src/index.js'

const baseTimestamp = 1_700_000_000_000

interface Sent {
  readonly value: Uint8Array
  readonly timestamp: number
}

function recordsOf(sent: readonly Sent[]): Uint8Array {
  const bytes = sent.reduce((sum, { value }) => sum + 2 * value.length + 60, 0)
  const builder = new RecordBatchBuilder(new ArrayBuffer(bytes))
  for (const { value, timestamp } of sent) builder.append(timestamp, 'k', value, ['h', value])
  return builder.payload()
}

/** What a consumer reads from a part that is sent as a batch. */
function read({ payload, count, maxTimestamp }: RecordsPart): Sent[] {
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

const sent: fc.Arbitrary<Sent> = fc.record({
  value: fc.uint8Array({ maxLength: 300 }),
  timestamp: fc.integer({ min: -5, max: 2 ** 33 }).map((delta) => baseTimestamp + delta),
})

describe('a batch that is split', () => {
  it('has all its records in its parts, in order, each part a batch of its own', () => {
    fc.assert(
      fc.property(
        fc
          .array(sent, { minLength: 1, maxLength: 200 })
          .map(([first, ...rest]) => [{ ...first!, timestamp: baseTimestamp }, ...rest]),
        fc.integer({ min: 1, max: 20_000 }),
        (all, maxBytes) => {
          const parts = splitRecords(recordsOf(all), baseTimestamp, maxBytes)
          for (const part of parts)
            if (part.count > 1) expect(part.payload.byteLength).toBeLessThanOrEqual(maxBytes)
          expect(parts.flatMap(read)).toEqual(
            all.map(({ value, timestamp }) => ({ value: new Uint8Array(value), timestamp })),
          )
        },
      ),
      { numRuns: 300 },
    )
  })

  it('can be split again, down to single records', () => {
    const all = Array.from({ length: 200 }, (_, index) => ({
      value: Buffer.alloc(index, index),
      timestamp: baseTimestamp + index,
    }))
    let payloads = [recordsOf(all)]
    for (let round = 0; round < 20; round++)
      payloads = payloads.flatMap((payload) =>
        splitRecords(payload, baseTimestamp, payload.byteLength >> 1).map((part) => part.payload),
      )
    expect(payloads).toHaveLength(200)
    const values = payloads.flatMap((payload) =>
      splitRecords(payload, baseTimestamp, 1).flatMap(read),
    )
    expect(values.map(({ timestamp }) => timestamp)).toEqual(all.map(({ timestamp }) => timestamp))
  })

  it('stays in the memory it was in', () => {
    const records = recordsOf([{ value: Buffer.alloc(10), timestamp: baseTimestamp }])
    const [part] = splitRecords(records, baseTimestamp, 1)
    expect(part!.payload.buffer).toBe(records.buffer)
  })
})
