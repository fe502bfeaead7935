import { expect, test } from 'vitest'
import type { SentBatch } from '../src/partition/sent-batch.js'
import { UnansweredBatches } from '../src/produce/unanswered-batches.js'

function sentTo(topic: string, partition: number): SentBatch {
  return { batch: { topic, partition } } as SentBatch
}

const batches = [0, 1, 2, 3].map((partition) => sentTo('orders', partition))

test('finds the batch of each answer, in the order of the request, in another one, and in a mixed one', () => {
  for (const order of [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [0, 2, 3, 1],
    [1, 2, 0, 3],
  ]) {
    const open = new UnansweredBatches(batches)
    expect(order.map((partition) => open.take('orders', partition))).toEqual(
      order.map((partition) => batches[partition]),
    )
    expect(open.rest).toEqual([])
  }
})

test('gives a batch once, and nothing for what the request did not hold', () => {
  const open = new UnansweredBatches(batches)
  expect(open.take('orders', 0)).toBe(batches[0])
  expect(open.take('orders', 0)).toBeNull()
  expect(open.take('orders', 2)).toBe(batches[2])
  expect(open.take('orders', 2)).toBeNull()
  expect(open.take('orders', 7)).toBeNull()
  expect(open.take('Orders', 1)).toBeNull()
  expect(open.rest).toEqual([batches[1], batches[3]])
})

test('tells partitions of two topics apart', () => {
  const two = [sentTo('a', 0), sentTo('b', 0), sentTo('a', 1)]
  const open = new UnansweredBatches(two)
  expect(open.take('a', 0)).toBe(two[0])
  expect(open.take('a', 1)).toBe(two[2])
  expect(open.take('b', 0)).toBe(two[1])
})
