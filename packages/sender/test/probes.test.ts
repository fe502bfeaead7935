import type { AccumulatorQueue } from '@sluice/accumulator'
import { manualClock } from '@sluice/protocol/testing'
import { expect, test } from 'vitest'
import { resolveSenderOptions } from '../src/options.js'
import { isSameLeader } from '../src/partition/attempt.js'
import { decideLate } from '../src/partition/decide.js'
import { Partition } from '../src/partition/partition.js'
import { Partitions } from '../src/partition/partitions.js'
import { mayResequence } from '../src/partition/queries.js'
import { DeliveryDeadlines } from '../src/produce/delivery-deadlines.js'
import { Endings } from '../src/produce/endings.js'
import { noEpochs } from '../src/producer-id/epochs.js'
import { noTransactions } from '../src/transactions/transaction-scope.js'
import { SenderWorld } from './sender-world.js'
import { attempt } from './sent-batches.js'
import { unresolved } from './sent-to-partition.js'

/** A batch awaits a probe, and the batch behind it can be the probe. */
function probing() {
  const partition = new Partition(noEpochs, false)
  const [sent, probe] = [unresolved(partition), unresolved(partition)]
  partition.window.awaitProbe(sent)
  return { partition, window: partition.window, sent, probe }
}

test('no epoch is bumped while a batch awaits a probe', () => {
  const { window, probe } = probing()
  window.giveUp(probe)
  expect(mayResequence(window)).toBe(false)
})

test('a late error of the probe makes the batches that await it be sent again', () => {
  const { window, probe } = probing()
  expect(decideLate(window, probe, 'NOT_ENOUGH_REPLICAS')).toMatchObject({
    action: 'fail',
    awaitingProbe: 'retry',
  })
})

test('a late OK of the probe acknowledges the batches that await it', () => {
  const { window, probe } = probing()
  expect(decideLate(window, probe, null)).toMatchObject({
    action: 'acknowledge',
    awaitingProbe: 'acknowledge',
  })
})

test('a leader is the same only in the same term, at the same log', () => {
  const withoutEpoch = { ...attempt, leaderEpoch: -1 }
  const pairs = [
    [attempt, { ...attempt, connection: 2 }],
    [attempt, { ...attempt, leaderEpoch: 2 }],
    [attempt, { ...attempt, recreations: 1 }],
    [withoutEpoch, withoutEpoch],
    [withoutEpoch, { ...withoutEpoch, connection: 2 }],
  ] as const
  const expected = [true, false, false, true, false]
  expect(pairs.map(([one, other]) => isSameLeader(one, other))).toEqual(expected)
})

test('a batch whose wait for a probe is over has no place in the index of deadlines', () => {
  const partitions = new Partitions(noEpochs, false)
  const deadlines = new DeliveryDeadlines()
  const endings = new Endings({
    rest: () => {},
    queue: {} as AccumulatorQueue,
    partitions,
    scope: noTransactions,
    deadlines,
    options: resolveSenderOptions({}),
    runtime: manualClock(),
  })
  const partition = partitions.of({ topic: 'orders', partition: 0 })
  const [sent] = [unresolved(partition), unresolved(partition)]
  endings.awaitProbe(sent)
  expect(deadlines.late(Infinity)).toEqual([sent])
  expect(endings.takeAwaitingProbe(partition)).toEqual([sent])
  expect(deadlines.late(Infinity)).toEqual([])
})

test('a batch that awaits a probe goes to the topic that is created again', async () => {
  const world = new SenderWorld()
  await world.openGate()
  await world.sendAll(0, ['1', '2'])
  for (const call of world.calls()) call.fail('CONNECTION_CLOSED', true)
  await world.advance(100)
  expect(world.onTheWay).toEqual([['1']])
  world.network.mute(1, true)
  world.call().refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  world.network.metadata.setTopic(
    'orders',
    [{ node: 1, epoch: 0 }],
    'aaaaaaaa-0000-4000-8000-000000000001',
  )
  await world.advance(1_000)
  world.network.mute(1, false)
  await world.settle()
  expect(world.call().batches[0]).toMatchObject({ values: ['1'], epoch: 1, sequence: 0 })
})

test('a rejected sequence that ends a probe while another producer id is due takes effect once', async () => {
  const world = new SenderWorld({ deliveryTimeoutMs: 600_000 })
  const { network } = world
  const node1 = { node: 1, epoch: 5 }
  await world.openGate()
  await world.sendAll(0, ['1', '2', '3'])
  const [fenced, ...lost] = world.calls()
  fenced!.refuse('INVALID_PRODUCER_EPOCH')
  for (const call of lost) call.fail('CONNECTION_CLOSED', true)
  await world.advance(500)
  world.call().ok()
  await world.advance(500)
  // The second batch awaits a probe. The third, which would be the probe, fails meanwhile.
  network.mute(1, true)
  world.call().refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.settle()
  network.metadata.refuseTopic('orders', 'TOPIC_AUTHORIZATION_FAILED')
  network.changed()
  await world.settle()
  network.mute(1, false)
  network.metadata.setTopic('orders', [node1, node1])
  network.changed()
  await world.settle()
  const [next] = await world.sendAll(0, ['next'])
  await world.advance(500)
  world.call().refuse('OUT_OF_ORDER_SEQUENCE_NUMBER')
  await world.advance(2_000)
  expect(world.onTheWay).toEqual([['next']])
  world.call().ok()
  expect(next).toMatchObject({ settled: 1, error: null })
})
