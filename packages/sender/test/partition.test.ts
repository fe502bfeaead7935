import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Attempt } from '../src/partition/attempt.js'
import { Partition } from '../src/partition/partition.js'
import { Partitions } from '../src/partition/partitions.js'
import {
  canBeProbed,
  isBehindAbsent,
  isFirst,
  isOvertaken,
  isUnresolved,
  mayResequence,
  previousTopicIds,
} from '../src/partition/queries.js'
import type { SentBatch } from '../src/partition/sent-batch.js'
import type { Epochs, ProducerIdAndEpoch } from '../src/producer-id/epochs.js'
import { IdempotentEpochs } from '../src/producer-id/idempotent-epochs.js'
import type { ProducerIdManager } from '../src/producer-id/producer-id-manager.js'
import { attempt } from './sent-batches.js'
import { first, fly, queued, unresolved } from './sent-to-partition.js'

/** Epochs of an idempotent producer whose ids count from 7. */
function epochsFrom(id = 7n): Epochs {
  let current: ProducerIdAndEpoch | null = { id, epoch: 0 }
  const manager = {
    get: () => (current ??= { id: ++id, epoch: 0 }),
    isCurrent: (used: bigint) => current?.id === used,
    renew: () => void (current = null),
  }
  return new IdempotentEpochs(manager as Partial<ProducerIdManager> as ProducerIdManager)
}

function newPartition(): Partition {
  return new Partition(epochsFrom(), false)
}

test('sequences count records, and 0 follows 2147483647 in the middle of a batch too', () => {
  const partition = newPartition()
  const ahead = fly(partition, 2 ** 30)
  const second = fly(partition, 2 ** 30 - 2)
  // Its records are 2147483646, 2147483647, 0 and 1.
  const across = fly(partition, 4)
  const after = fly(partition, 1)
  const sequences = [ahead, second, across, after].map(({ sequence }) => sequence)
  expect(sequences).toEqual([0, 2 ** 30, 2 ** 31 - 2, 2])
})

test('whatever the counts, each sequence is the one before it plus its count, modulo 2^31', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 2 ** 31 - 1 }), { minLength: 1 }), (counts) => {
      const partition = newPartition()
      let expected = 0n
      for (const count of counts) {
        expect(BigInt(fly(partition, count).sequence)).toBe(expected)
        expected = (expected + BigInt(count)) % 2n ** 31n
      }
    }),
  )
})

test('a batch that is sent again keeps the sequence that it has', () => {
  const partition = newPartition()
  const sent = queued(partition)
  const again = partition.send(sent.batch, { ...attempt, node: 2 }, { id: 8n, epoch: 0 })
  expect(again).toBe(sent)
  expect(again).toMatchObject({ producer: first, sequence: 0, attempts: 2, fate: 'inFlight' })
  expect(fly(partition).sequence).toBe(1)
})

test('a partition that has a producer id keeps it though there is a newer one', () => {
  const partition = newPartition()
  fly(partition)
  expect(fly(partition, 1, { id: 8n, epoch: 0 })).toMatchObject({ producer: first, sequence: 1 })
})

test('after epoch 32767 comes epoch 0 of another producer id', () => {
  const epochs = epochsFrom()
  const partition = new Partition(epochs, false)
  const used: number[] = []
  do {
    const sent = queued(partition)
    used.push(sent.producer!.epoch)
    partition.giveUp(sent)
    partition.bumpEpochIfDue()
  } while (partition.producer !== null)
  expect([used.length, used[0], used.at(-1)]).toEqual([32_768, 0, 32_767])
  const next = fly(partition, 1, epochs.initial(0, 'now')!)
  expect(next).toMatchObject({ producer: { id: 8n, epoch: 0 }, sequence: 0 })
})

test('after a batch was given up that is surely absent, the rest get new sequences once nothing is in flight', () => {
  const partition = newPartition()
  const refused = queued(partition)
  const flying = fly(partition)
  partition.giveUp(refused)
  partition.bumpEpochIfDue()
  expect([flying.sequence, partition.mayDrainBehind(null, attempt)]).toEqual([1, false])
  partition.window.answered(flying)
  partition.bumpEpochIfDue()
  expect([flying.sequence, partition.producer]).toEqual([-1, { id: 7n, epoch: 1 }])
  partition.send(flying.batch, attempt, null)
  expect(flying).toMatchObject({ producer: { id: 7n, epoch: 1 }, sequence: 0 })
})

test('while an epoch bump is due no new batch takes an old sequence, whatever is acknowledged', () => {
  const partition = newPartition()
  const refused = queued(partition)
  const second = fly(partition)
  fly(partition)
  partition.giveUp(refused)
  partition.window.answered(second)
  partition.written(second, true)
  expect(partition.mayDrainBehind(null, attempt)).toBe(false)
})

test('while a batch may have been written the epoch is not bumped', () => {
  const partition = newPartition()
  const refused = queued(partition)
  const doubtful = unresolved(partition)
  partition.giveUp(refused)
  partition.bumpEpochIfDue()
  expect(doubtful.sequence).toBe(1)
  partition.written(doubtful, true)
  partition.bumpEpochIfDue()
  expect(partition.producer).toEqual({ id: 7n, epoch: 1 })
})

test('giving up a batch that may have been written keeps the sequences and closes the gate', () => {
  const partition = newPartition()
  partition.written(queued(partition), true)
  fly(partition)
  expect(partition.mayDrainBehind(null, attempt)).toBe(true)
  partition.giveUp(unresolved(partition))
  partition.bumpEpochIfDue()
  expect([partition.producer, partition.mayDrainBehind(null, attempt)]).toEqual([first, false])
})

test('an OK behind a batch that was given up opens the gate, an OK before it does not', () => {
  const partition = newPartition()
  const before = queued(partition)
  const doubtful = unresolved(partition)
  const next = queued(partition)
  fly(partition)
  partition.giveUp(doubtful)
  partition.written(before, true)
  expect(partition.mayDrainBehind(null, attempt)).toBe(false)
  partition.written(next, true)
  expect(partition.mayDrainBehind(null, attempt)).toBe(true)
})

test('an OK of the topic before this one does not open the gate for the topic that was created again', () => {
  const partition = newPartition()
  partition.written(queued(partition), true)
  fly(partition)
  expect(partition.mayDrainBehind(null, attempt)).toBe(true)
  expect(partition.mayDrainBehind(null, { ...attempt, topicId: 'second' })).toBe(false)
})

test('a batch without a sequence leaves no trace when it is given up', () => {
  const unsequenced = { id: -1n, epoch: -1 }
  const partition = new Partition(epochsFrom(), false)
  const sent = fly(partition, 1, unsequenced)
  partition.window.answered(sent)
  partition.giveUp(sent)
  partition.bumpEpochIfDue()
  expect([sent.sequence, partition.producer, partition.window.isClear]).toEqual([
    -1,
    unsequenced,
    true,
  ])
})

test('what lies behind an absent batch is absent, until the log has taken a batch behind it', () => {
  const { window, ...partition } = withWindow()
  const absent = partition.queued()
  const doubtful = partition.unresolved()
  const written = partition.queued()
  partition.giveUp(absent)
  expect(isBehindAbsent(window, doubtful)).toBe(true)
  window.written(written)
  expect(isBehindAbsent(window, doubtful)).toBe(false)
})

test('a batch that was written ahead of an absent one overtakes everything before it', () => {
  const { window, ...partition } = withWindow()
  const doubtful = partition.unresolved()
  const notWritten = partition.queued()
  window.written(partition.queued())
  expect([doubtful, notWritten].map((sent) => isOvertaken(window, sent))).toEqual([true, true])
  expect(mayResequence(window)).toBe(false)
})

test('a batch that was written ahead of batches that may be written overtakes none', () => {
  const { window, ...partition } = withWindow()
  const doubtful = partition.unresolved()
  window.written(partition.queued())
  expect(isOvertaken(window, doubtful)).toBe(false)
})

test('an attempt by name behind an absent batch may have overtaken it', () => {
  const { window, ...partition } = withWindow()
  const notWritten = partition.queued()
  const byName = partition.unresolved(true)
  expect([isOvertaken(window, notWritten), isOvertaken(window, byName)]).toEqual([true, false])
})

test('when the first sequence is refused for good, every batch is resolved as absent', () => {
  const { window, ...partition } = withWindow()
  const sent = [partition.queued(), partition.unresolved(), partition.unresolved(true)]
  window.rejectSequence()
  expect(sent.map((one) => isUnresolved(window, one))).toEqual([false, false, false])
  // By name another topic may have had the batch.
  expect(sent.map(({ isPossiblyWritten }) => isPossiblyWritten)).toEqual([false, false, true])
})

test('in the log of a topic that was created again nothing is that was sent by the id of the topic before', () => {
  const { window, ...partition } = withWindow()
  const [byId, byName] = [partition.unresolved(), partition.unresolved(true)]
  window.recreated(1)
  expect([byId, byName].map((sent) => isUnresolved(window, sent))).toEqual([false, true])
  expect([byId, byName].map((sent) => previousTopicIds(window, sent))).toEqual([['first'], []])
  expect([byId, byName].map(({ isPossiblyWritten }) => isPossiblyWritten)).toEqual([true, true])
  expect(isOvertaken(window, byId)).toBe(true)
})

test('a batch that was sent by id to a topic before stays known as that, though it was sent by name since', () => {
  const { window, ...partition } = withWindow()
  const sent = partition.unresolved()
  window.recreated(1)
  partition.sendAgain(sent, { ...attempt, topicId: 'second', recreations: 1 })
  window.noteUnresolved(sent, true, false)
  window.recreated(2)
  expect(previousTopicIds(window, sent)).toEqual(['first'])
})

test('only the first open batch can be probed, and only where a batch behind it may be written, too', () => {
  const { window, ...partition } = withWindow()
  const sent = partition.unresolved()
  expect(canBeProbed(window, sent)).toBe(false)
  const behind = partition.unresolved()
  expect([sent, behind].map((one) => canBeProbed(window, one))).toEqual([true, false])
  window.awaitProbe(sent)
  expect([isFirst(window, behind), canBeProbed(window, behind)]).toEqual([true, false])
})

test('batches that another leader has refused do not wait for the same probe', () => {
  const { window, ...partition } = withWindow()
  const [sent, behind] = [partition.unresolved(), partition.unresolved()]
  expect(window.awaitProbe(sent)).toBe(true)
  behind.attempt = { ...attempt, leaderEpoch: 2 }
  expect(window.awaitProbe(behind)).toBe(false)
  expect(window.takeAwaitingProbe()).toEqual([sent])
  expect(isFirst(window, sent)).toBe(true)
})

test('the parts of a batch take its place and its sequences', () => {
  const { window, ...partition } = withWindow()
  const whole = partition.fly(4)
  const behind = partition.fly()
  const parts = [0, 3].map((at) => whole.partOf({ ...whole.batch, first: at }, at))
  window.split(whole, parts)
  expect(parts.map(({ sequence, fate, attempts }) => [sequence, fate, attempts])).toEqual([
    [0, 'queued', 1],
    [3, 'queued', 1],
  ])
  window.written(parts[0]!)
  expect([isFirst(window, parts[1]!), isFirst(window, behind)]).toEqual([true, false])
})

test('a partition that fails all day does not remember all day', () => {
  const partition = newPartition()
  for (let i = 0; i < 1_000; i++) partition.giveUp(unresolved(partition))
  expect(partition.window.entries.map(({ fate }) => fate)).toEqual(['unresolved'])
})

test('a topic that is forgotten begins with a higher epoch, so that brokers do not take its records for old ones', () => {
  const epochs = epochsFrom()
  const partitions = new Partitions(epochs, false)
  const key = { topic: 'orders', partition: 3 }
  const before = partitions.of(key)
  const sent = fly(before, 5, epochs.initial(0, 'now')!)
  partitions.forget('orders')
  expect(partitions.of(key)).toBe(before)
  before.window.answered(sent)
  before.written(sent, true)
  partitions.forget('orders')
  expect(partitions.ofTopic('orders')).toEqual([])
  const after = partitions.of(key)
  const next = fly(after, 1, epochs.initial(0, 'now')!)
  expect(next).toMatchObject({ producer: { id: 7n, epoch: 1 }, sequence: 0 })
})

test('a partition that is forgotten under a former producer id does not change what others begin with', () => {
  const epochs = epochsFrom()
  const current = epochs.initial(0, 'now')!
  epochs.retire(current)
  epochs.retire({ id: 6n, epoch: 40 })
  expect(epochs.initial(0, 'now')).toEqual({ id: 7n, epoch: 1 })
  expect(epochs.next({ id: 7n, epoch: 1 }, 'newId')).toBeNull()
  expect(epochs.initial(0, 'now')).toEqual({ id: 8n, epoch: 0 })
})

test('after a forgotten partition has used the last epoch, another producer id is asked for at once', () => {
  const epochs = epochsFrom()
  epochs.initial(0, 'now')
  epochs.retire({ id: 7n, epoch: 32_767 })
  expect(epochs.initial(0, 'now')).toEqual({ id: 8n, epoch: 0 })
})

/** A partition's window, and the ways to fill it. */
function withWindow() {
  const partition = newPartition()
  return {
    window: partition.window,
    fly: (count?: number) => fly(partition, count),
    queued: () => queued(partition),
    unresolved: (byName?: boolean) => unresolved(partition, byName),
    giveUp: (sent: SentBatch) => partition.giveUp(sent),
    sendAgain: (sent: SentBatch, next: Attempt) => {
      partition.send(sent.batch, next, null)
      partition.window.answered(sent)
    },
  }
}
