import { expect, test } from 'vitest'
import { Partition } from '../src/partition/partition.js'
import type { Epochs } from '../src/producer-id/epochs.js'
import { IdempotentEpochs } from '../src/producer-id/idempotent-epochs.js'
import type { ProducerIdManager } from '../src/producer-id/producer-id-manager.js'
import { attempt } from './sent-batches.js'
import { fly, queued, unresolved } from './sent-to-partition.js'

/** Epochs of an idempotent producer that has the id 7. */
function epochsOf7(): Epochs {
  const manager = {
    get: () => ({ id: 7n, epoch: 0 }),
    isCurrent: (id: bigint) => id === 7n,
    renew: () => {},
  }
  return new IdempotentEpochs(manager as Partial<ProducerIdManager> as ProducerIdManager)
}

test.each([
  ['a batch is given up', (partition: Partition) => partition.giveUp(queued(partition))],
  ['another sequence is refused', (partition: Partition) => partition.rejectSequence('nextEpoch')],
  ['the topic is created again', (partition: Partition) => partition.recreated(1)],
])('a partition that needs another producer id waits for it, whatever comes: %s', (_, happen) => {
  const partition = new Partition(epochsOf7(), false)
  queued(partition)
  partition.rejectSequence('newId')
  happen(partition)
  partition.bumpEpochIfDue()
  expect(partition.producer).toBeNull()
})

test('the first batch of an epoch goes alone, though an OK has just opened the gate', () => {
  const partition = new Partition(epochsOf7(), false)
  const [absent, doubtful] = [queued(partition), unresolved(partition)]
  partition.giveUp(absent)
  partition.written(doubtful, true)
  partition.bumpEpochIfDue()
  expect(fly(partition)).toMatchObject({ producer: { id: 7n, epoch: 1 }, sequence: 0 })
  expect(partition.mayDrainBehind(null, attempt)).toBe(false)
})

test('a partition begins above every epoch that was retired, whatever the order', () => {
  const epochs = epochsOf7()
  for (const epoch of [2, 5, 3]) epochs.retire({ id: 7n, epoch })
  expect(epochs.initial(0, 'now')).toEqual({ id: 7n, epoch: 6 })
})
