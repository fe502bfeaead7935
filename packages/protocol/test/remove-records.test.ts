import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type RecordsPart, removeRecords } from '../src/index.js'
import { baseTimestamp, payloadOf, readPart, type SentRecord } from './read-part.js'

type Sent = SentRecord<string>

function read(part: RecordsPart): Sent[] {
  return readPart(part).map(({ value, timestamp }) => ({
    value: Buffer.from(value).toString(),
    timestamp,
  }))
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
      const rest = removeRecords(payloadOf(records), baseTimestamp, (at) => all[at]![1])
      expect(rest.count).toBe(left.length)
      expect(read(rest)).toEqual(left)
    }),
    { numRuns: 300 },
  )
})
