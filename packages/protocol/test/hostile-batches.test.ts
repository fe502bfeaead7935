import { expect, test } from 'vitest'
import { ByteReader, readBatchHeader, readRecords } from '../src/index.js'
import { javaBatches } from './fixtures/java-batches.js'
import { harmOf } from './fuzz/harm.js'
import type { FuzzTarget } from './fuzz/target.js'
import { writeVarint } from './fuzz/varint.js'

const batch = readBatchHeader(new ByteReader(Buffer.from(javaBatches.plain, 'hex')))

test('of a batch of the smallest records only the one at hand takes memory', () => {
  const record = Buffer.from('0c000000010100', 'hex')
  const count = Math.floor(1_048_576 / record.length)
  const payload = Buffer.alloc(count * record.length, record)
  let read = 0
  const decode = () => {
    for (const { key } of readRecords({ ...batch, count }, payload)) read += key === null ? 1 : 0
  }
  expect(harmOf(targetOf(decode), payload)).toBeNull()
  expect(read % count).toBe(0)
})

test('a record full of the smallest headers is read in time and memory, or refused', () => {
  for (const count of [10, 10_000, 100_000, 8_000_000]) {
    const body = Buffer.alloc(10 + 2 * count)
    body.set([0, 0, 0, 1, 1])
    const start = writeVarint(body, 5, count * 2)
    const length = start + 2 * count
    const payload = Buffer.alloc(5 + length)
    const at = writeVarint(payload, 0, length * 2)
    payload.set(body.subarray(0, length), at)
    const whole = payload.subarray(0, at + length)
    const decode = () => [...readRecords({ ...batch, count: 1 }, whole)]
    expect(harmOf(targetOf(decode), whole)).toBeNull()
  }
})

function targetOf(decode: () => unknown): FuzzTarget {
  return { name: 'hostile', corpus: [], codes: ['MALFORMED_RESPONSE'], decode }
}
