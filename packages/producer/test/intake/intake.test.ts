import type { AccumulatorFront, TopicFront, Waiter } from '@sluice/accumulator'
import type { Partitioner } from '@sluice/partitioner'
import type { ProducerRecord } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { Intake } from '../../src/intake/intake.js'

/** What the record counts while it waits. */
function bytesInLine(record: Omit<ProducerRecord, 'topic'>, heldBytes = 0): number {
  const waiting: Waiter[] = []
  const topic = { blocked: true, wait: (waiter) => void waiting.push(waiter) } as TopicFront
  const front = { timestamp: () => 0, forTopic: () => topic } as Partial<AccumulatorFront>
  const partitioner: Partitioner = { forTopic: () => ({ partition: () => 0 }) }
  const intake = new Intake({
    front: front as AccumulatorFront,
    partitioner,
    maxRequestBytes: 1_048_576,
    logger: console,
  })
  const delivery = { heldBytes, settle: () => {} }
  expect(intake.take(intake.check({ topic: 't', ...record }), delivery, null, null)).toBe(false)
  return waiting[0]!.bytes
}

// What each really holds was measured on Node 20, with 150 000 of them: from 554 bytes with text to 1 047 with a Buffer.
test('a record that waits counts what it holds: its bytes, its delivery, and Buffers of the caller', () => {
  const text = bytesInLine({ value: 'x'.repeat(100) })
  expect(text).toBeGreaterThan(554)
  expect(bytesInLine({ value: 'x'.repeat(1_100) })).toBe(text + 1_000)
  expect(bytesInLine({ value: 'x'.repeat(100) }, 448)).toBe(text + 448)
  const buffer = bytesInLine({ value: Buffer.alloc(100) })
  expect(buffer).toBeGreaterThan(950)
  const withKey = bytesInLine({ key: Buffer.alloc(10), value: Buffer.alloc(100) })
  expect(withKey).toBe(buffer + 10 + (buffer - text))
  expect(bytesInLine({ value: null })).toBe(text - 100)
})
