import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitRecords } from '../src/index.js'
import { baseTimestamp, payloadOf, readPart, type SentRecord } from './read-part.js'

const sent: fc.Arbitrary<SentRecord<Uint8Array>> = fc.record({
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
          const parts = splitRecords(payloadOf(all), baseTimestamp, maxBytes)
          for (const part of parts)
            if (part.count > 1) expect(part.payload.byteLength).toBeLessThanOrEqual(maxBytes)
          expect(parts.flatMap(readPart)).toEqual(
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
    let payloads = [payloadOf(all)]
    for (let round = 0; round < 20; round++)
      payloads = payloads.flatMap((payload) =>
        splitRecords(payload, baseTimestamp, payload.byteLength >> 1).map((part) => part.payload),
      )
    expect(payloads).toHaveLength(200)
    const values = payloads.flatMap((payload) =>
      splitRecords(payload, baseTimestamp, 1).flatMap(readPart),
    )
    expect(values.map(({ timestamp }) => timestamp)).toEqual(all.map(({ timestamp }) => timestamp))
  })

  it('stays in the memory it was in', () => {
    const records = payloadOf([{ value: Buffer.alloc(10), timestamp: baseTimestamp }])
    const [part] = splitRecords(records, baseTimestamp, 1)
    expect(part!.payload.buffer).toBe(records.buffer)
  })
})
