import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  ByteReader,
  encodeBatchHeader,
  readBatchHeader,
  readRecords,
  RecordBatchBuilder,
  type RecordsPart,
  removeRecords,
} from '../src/index.js'

const baseTimestamp = 1_700_000_000_000

interface Sent {
  readonly value: string
  readonly timestamp: number
}

function recordsOf(sent: readonly Sent[]): Uint8Array {
  const builder = new RecordBatchBuilder(new ArrayBuffer(1_000 * sent.length))
  for (const { value, timestamp } of sent) builder.append(timestamp, 'k', value, ['h', value])
  return builder.payload()
}

/** What a consumer reads from the records when they are sent as a batch. */
function read({ payload, count, maxTimestamp }: RecordsPart): Sent[] {
  const producer = { producerId: -1n, producerEpoch: -1, baseSequence: -1 }
  const fields = { count, baseTimestamp, maxTimestamp, codecId: 0, transactional: false } as const
  const header = encodeBatchHeader({ ...fields, ...producer }, payload)
  const batch = readBatchHeader(new ByteReader(Buffer.concat([header, payload])))
  const records = [...readRecords(batch, payload)]
  expect(records.map(({ offset }) => offset)).toEqual(records.map((_, index) => BigInt(index)))
  expect(maxTimestamp).toBe(Math.max(...records.map(({ timestamp }) => timestamp)))
  return records.map(({ value, headers, timestamp }) => {
    expect(headers).toEqual([['h', value]])
    return { value: Buffer.from(value!).toString(), timestamp }
  })
}

const record: fc.Arbitrary<[Sent, boolean]> = fc.tuple(
  fc.record({
    value: fc.string({ maxLength: 100 }),
    timestamp: fc.integer({ min: -5, max: 2 ** 33 }).map((delta) => baseTimestamp + delta),
  }),
  fc.boolean(),
)

it('a batch without some of its records is a batch of the others, in their order', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 200 }), (all) => {
      const records = all.map(([one], at) =>
        at === 0 ? { ...one, timestamp: baseTimestamp } : one,
      )
      const left = records.filter((_, at) => !all[at]![1])
      fc.pre(left.length > 0)
      const rest = removeRecords(recordsOf(records), baseTimestamp, (at) => all[at]![1])
      expect(rest.count).toBe(left.length)
      expect(read(rest)).toEqual(left)
    }),
    { numRuns: 300 },
  )
})
