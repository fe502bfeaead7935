import type { QueuedBatch } from '@sluice/accumulator'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PartitionProgress } from '../src/partition/partition.js'

const key = { at: 0, connection: 1, leaderEpoch: 1, topicId: 'first', incarnation: 0 }
let lastId = 0

function batchOf(count: number): QueuedBatch {
  return {
    id: ++lastId,
    topic: 'orders',
    partition: 0,
    first: 0,
    count,
    baseTimestamp: 0,
    maxTimestamp: 0,
    since: 0,
    deadline: 0,
    payload: new Uint8Array(0),
    codecId: 0,
    attempt: {
      count: 0,
      node: -1,
      leaderEpoch: -1,
      producerId: -1n,
      producerEpoch: -1,
      sequence: -1,
      maybeWritten: false,
      unsureTopics: [],
      oldLogs: [],
      lastError: null,
    },
  }
}

function numbered(progress: PartitionProgress, count: number, producerId = 7n): QueuedBatch {
  const batch = batchOf(count)
  progress.number(batch, { id: producerId, epoch: 0 })
  return batch
}

test('sequences count records, and 0 follows 2147483647 in the middle of a batch too', () => {
  const progress = new PartitionProgress()
  const first = numbered(progress, 2 ** 30)
  const second = numbered(progress, 2 ** 30 - 2)
  // Its records are 2147483646, 2147483647, 0 and 1.
  const across = numbered(progress, 4)
  const after = numbered(progress, 1)
  const sequences = [first, second, across, after].map(({ attempt }) => attempt.sequence)
  expect(sequences).toEqual([0, 2 ** 30, 2 ** 31 - 2, 2])
})

test('a batch keeps the number that it has', () => {
  const progress = new PartitionProgress()
  const batch = numbered(progress, 3)
  progress.number(batch, { id: 8n, epoch: 0 })
  expect(batch.attempt).toMatchObject({ producerId: 7n, producerEpoch: 0, sequence: 0 })
  expect(numbered(progress, 1).attempt.sequence).toBe(3)
})

test('a partition that has a producer id keeps it though there is a newer one', () => {
  const progress = new PartitionProgress()
  numbered(progress, 1, 7n)
  expect(numbered(progress, 1, 8n).attempt).toMatchObject({ producerId: 7n, sequence: 1 })
})

test('after epoch 32767 comes epoch 0 of another producer id', () => {
  const progress = new PartitionProgress()
  const epochs: number[] = []
  do {
    const batch = numbered(progress, 1)
    epochs.push(batch.attempt.producerEpoch)
    progress.gaveUp(batch)
    progress.startAnew()
  } while (progress.identified)
  expect([epochs.length, epochs[0], epochs.at(-1)]).toEqual([32_768, 0, 32_767])
  expect(numbered(progress, 1, 8n).attempt).toMatchObject({
    producerId: 8n,
    producerEpoch: 0,
    sequence: 0,
  })
})

test('one that was surely not written is given up: the rest begin anew once nothing is in flight', () => {
  const progress = new PartitionProgress()
  const [refused, flying] = [numbered(progress, 1), numbered(progress, 1)]
  progress.inFlight.add(flying)
  progress.gaveUp(refused)
  expect(progress.mustRestart).toBe(false)
  expect(progress.mayGo(null, key)).toBe(false)
  progress.inFlight.delete(flying)
  expect(progress.mustRestart).toBe(true)
  progress.startAnew()
  expect([progress.mustRestart, flying.attempt.sequence]).toEqual([false, -1])
})

test('once numbers are to begin anew no new batch takes an old one, whatever is acknowledged', () => {
  const progress = new PartitionProgress()
  const [refused, second, third] = [1, 1, 1].map((count) => numbered(progress, count))
  for (const batch of [second!, third!]) progress.inFlight.add(batch)
  progress.gaveUp(refused!)
  progress.inFlight.delete(second!)
  progress.accepted(second!, key)
  expect(progress.mayGo(null, key)).toBe(false)
})

test('while one may have been written nothing begins anew', () => {
  const progress = new PartitionProgress()
  const [refused, unsure] = [numbered(progress, 1), numbered(progress, 1)]
  unsure.attempt.maybeWritten = true
  progress.gaveUp(refused)
  expect(progress.mustRestart).toBe(false)
  progress.accepted(unsure, key)
  expect(progress.mustRestart).toBe(true)
})

test('giving up one that may have been written keeps the numbers and closes the gate', () => {
  const progress = new PartitionProgress()
  progress.accepted(numbered(progress, 1), key)
  const [unsure, flying] = [numbered(progress, 1), numbered(progress, 1)]
  progress.inFlight.add(flying)
  expect(progress.mayGo(null, key)).toBe(true)
  unsure.attempt.maybeWritten = true
  progress.gaveUp(unsure)
  expect([progress.mustRestart, progress.mayGo(null, key)]).toEqual([false, false])
})

test('an OK behind the gap opens the gate, one before it does not', () => {
  const progress = new PartitionProgress()
  const [before, unsure, next, flying] = [1, 1, 1, 1].map((count) => numbered(progress, count))
  progress.inFlight.add(flying!)
  unsure!.attempt.maybeWritten = true
  progress.gaveUp(unsure!)
  progress.accepted(before!, key)
  expect(progress.mayGo(null, key)).toBe(false)
  progress.accepted(next!, key)
  expect(progress.mayGo(null, key)).toBe(true)
})

test('an OK of the topic that was opens nothing for the one that was created again', () => {
  const progress = new PartitionProgress()
  const [written, flying] = [numbered(progress, 1), numbered(progress, 1)]
  progress.inFlight.add(flying)
  progress.accepted(written, key)
  expect(progress.mayGo(null, key)).toBe(true)
  expect(progress.mayGo(null, { ...key, topicId: 'second' })).toBe(false)
})

test('a batch without a number leaves no trace', () => {
  const progress = new PartitionProgress()
  progress.gaveUp(batchOf(1))
  expect([progress.mustRestart, progress.epoch]).toEqual([false, -1])
})

test('whatever the counts, each number is the one before it and its count, modulo 2^31', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 2 ** 31 - 1 }), { minLength: 1 }), (counts) => {
      const progress = new PartitionProgress()
      let expected = 0n
      for (const count of counts) {
        expect(BigInt(numbered(progress, count).attempt.sequence)).toBe(expected)
        expected = (expected + BigInt(count)) % 2n ** 31n
      }
    }),
  )
})
