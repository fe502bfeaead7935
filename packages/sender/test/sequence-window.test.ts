import { expect, test } from 'vitest'
import { Partition } from '../src/partition/partition.js'
import {
  isBehindAbsent,
  isOvertaken,
  mayResequence,
  previousTopicIds,
} from '../src/partition/queries.js'
import { noEpochs } from '../src/producer-id/epochs.js'
import { queued, tryAgain, unresolved } from './sent-to-partition.js'

function newPartition(): Partition {
  return new Partition(noEpochs, false)
}

test('an absent batch behind one that may be written is not forgotten', () => {
  const partition = newPartition()
  const [doubtful, absent] = [unresolved(partition), queued(partition)]
  const behind = unresolved(partition)
  for (const sent of [doubtful, absent]) partition.giveUp(sent)
  expect(isBehindAbsent(partition.window, behind)).toBe(true)
})

test('a batch that was written out of order is not forgotten behind one in order', () => {
  const partition = newPartition()
  const { window } = partition
  const [first, second] = [queued(partition), queued(partition)]
  const byName = unresolved(partition, true)
  window.noteUnresolved(first, false, false)
  for (const sent of [second, byName]) window.written(sent)
  expect(isOvertaken(window, first)).toBe(true)
})

test('once a batch is written, nothing before it is remembered', () => {
  const partition = newPartition()
  for (let i = 0; i < 3; i++) {
    partition.giveUp(unresolved(partition))
    partition.written(queued(partition), true)
  }
  expect(partition.window.entries).toEqual([])
})

test('what was absent in the epoch before proves nothing in the next epoch', () => {
  const partition = newPartition()
  const { window } = partition
  const [absent, sent] = [queued(partition), queued(partition)]
  partition.giveUp(absent)
  window.resequence()
  tryAgain(partition, sent)
  expect(isBehindAbsent(window, sent)).toBe(false)
})

test('a batch that is given up before it has a new sequence proves nothing', () => {
  const partition = newPartition()
  const { window } = partition
  const [first, second] = [queued(partition), queued(partition)]
  window.resequence()
  partition.giveUp(first)
  tryAgain(partition, second)
  expect(isBehindAbsent(window, second)).toBe(false)
})

test('with new sequences no part of a batch overtakes another', () => {
  const partition = newPartition()
  const { window } = partition
  const [absent, byName] = [queued(partition), unresolved(partition, true)]
  expect(byName.outOfOrder).toBe(true)
  partition.giveUp(absent)
  window.rejectSequence()
  window.resequence()
  const parts = [0, 1].map((first) => byName.partOf({ ...byName.batch, first, count: 1 }, first))
  window.split(byName, parts)
  expect(isOvertaken(window, parts[0]!)).toBe(false)
})

test('no new sequences are given while a batch is overtaken, though none may have been written', () => {
  const partition = newPartition()
  const { window } = partition
  const [overtaken, later] = [queued(partition), queued(partition)]
  expect(mayResequence(window)).toBe(true)
  window.written(later)
  expect(mayResequence(window)).toBe(false)
  partition.giveUp(overtaken)
  expect(mayResequence(window)).toBe(true)
})

test('what the log before lacked proves nothing of a topic that was created again', () => {
  const partition = newPartition()
  const { window } = partition
  const [absent, byName] = [queued(partition), unresolved(partition, true)]
  partition.giveUp(absent)
  expect(isBehindAbsent(window, byName)).toBe(true)
  window.recreated(1)
  expect(isBehindAbsent(window, byName)).toBe(false)
})

test('a refusal by the new topic says nothing of the log of the topic before', () => {
  const partition = newPartition()
  const { window } = partition
  const sent = unresolved(partition)
  window.recreated(1)
  window.rejectSequence()
  expect([previousTopicIds(window, sent), sent.isPossiblyWritten]).toEqual([['first'], true])
})

test('of the attempts that may have written a batch the last one in each log is remembered', () => {
  const partition = newPartition()
  const sent = unresolved(partition)
  tryAgain(partition, sent, { at: 1 })
  tryAgain(partition, sent, { at: 2, topicId: 'second', recreations: 1 })
  // A broker that lags behind names the first topic again.
  tryAgain(partition, sent, { at: 3, recreations: 1 })
  expect(sent.unresolved.map(({ attempt: { at } }) => at)).toEqual([1, 2, 3])
})
