import { expect, test } from 'vitest'
import { SentBatch } from '../src/partition/sent-batch.js'
import { DeliveryDeadlines } from '../src/produce/delivery-deadlines.js'
import { attempt, batchOf } from './sent-batches.js'

function inIndex(...deadlines: readonly number[]) {
  const index = new DeliveryDeadlines()
  const batches = deadlines.map((at) => new SentBatch({ ...batchOf(), deadline: at }, attempt))
  for (const sent of batches) index.add(sent)
  return { index, batches }
}

test('each batch is late at its own deadline, and the next deadline is known', () => {
  const { index, batches } = inIndex(20, 10, 30)
  expect([index.next, index.late(9)]).toEqual([10, []])
  for (const [at, which, next] of [
    [10, 1, 20],
    [20, 0, 30],
    [30, 2, Infinity],
  ] as const) {
    expect(index.late(at)).toEqual([batches[which]])
    batches[which]!.settled = true
    expect(index.next).toBe(next)
  }
})

test('a batch whose callers have been told is not late again', () => {
  const { index, batches } = inIndex(10, 20)
  batches[0]!.settled = true
  expect(index.late(Infinity)).toEqual([batches[1]])
})

test('a batch that is removed is not late', () => {
  const { index, batches } = inIndex(10, 20)
  index.remove(batches[0]!)
  expect(index.late(Infinity)).toEqual([batches[1]])
})
