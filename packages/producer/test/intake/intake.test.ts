import type { Delivery } from '@sluice/accumulator'
import { createFront } from '@sluice/accumulator/front'
import type { Partitioner } from '@sluice/partitioner'
import type { KafkaError, ProducerRecord } from '@sluice/protocol'
import { manualClock } from '@sluice/protocol/testing'
import { expect, test } from 'vitest'
import { Intake } from '../../src/intake/intake.js'

const partitioner: Partitioner = { forTopic: () => ({ partition: () => 0 }) }

/** What `count` such records hold while they wait: the error of one that finds the line full says it. */
function bytesInLine(
  record: Omit<ProducerRecord, 'topic'>,
  { heldBytes = 0, count = 1 } = {},
): number {
  const front = createFront({ bufferBytes: 2_000_000, runtime: manualClock(), toQueue: () => {} })
  const intake = new Intake({ front, partitioner, maxRequestBytes: 1_048_576, logger: console })
  let error: KafkaError | null = null
  const settle: Delivery['settle'] = (settlement) => ({ error } = settlement)
  const take = (taken: typeof record, delivery: Delivery): number =>
    intake.take(intake.check({ topic: 't', ...taken }), delivery, null, null)
  for (let times = 0; times < count; times++)
    expect(take(record, { heldBytes, settle })).toBeGreaterThanOrEqual(0)
  expect(take({ value: null }, { heldBytes: 1_999_000, settle })).toBeLessThan(0)
  return Number(/hold (\d+) of 2000000 bytes/.exec(error!.message)![1])
}

// What each really holds is measured in waiting-memory.test.ts.
test('a record that waits counts what it holds: its bytes, its delivery, and what it stands in', () => {
  const one = bytesInLine({ value: 'x'.repeat(1_000) })
  expect(one).toBeGreaterThan(1_100)
  expect(one).toBeLessThan(4_000)
  expect(bytesInLine({ value: 'x'.repeat(1_000) }, { heldBytes: 448 })).toBe(one + 448)
  expect(bytesInLine({ value: Buffer.alloc(1_000) })).toBe(one)
})

test('each of many records that wait counts little more than its bytes', () => {
  const each = (record: Omit<ProducerRecord, 'topic'>): number =>
    bytesInLine(record, { count: 1_000 }) / 1_000
  for (const value of ['x'.repeat(100), Buffer.alloc(100)]) {
    expect(each({ value })).toBeGreaterThan(100 + 20)
    expect(each({ value })).toBeLessThan(100 + 60)
  }
  const headers = Array.from({ length: 10 }, (): [string, Buffer] => ['name', Buffer.alloc(10)])
  expect(each({ value: null, headers })).toBeGreaterThan(10 * (4 + 10))
  expect(each({ value: null, headers })).toBeLessThan(10 * (4 + 10 + 8) + 60)
})
