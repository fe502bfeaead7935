import { expect, test } from 'vitest'
import { SenderWorld } from './sender-world.js'

// The rule of the new leader: docs/architecture.md, and F13 of the faults.

test('when the cluster names a newer leader, the old one that owes an answer may be silent for 2 s', async () => {
  const world = new SenderWorld()
  world.network.up(2)
  const [sent] = await world.sendAll(0, ['a'])
  const connection = world.network.connectionId(1)
  expect(world.network.silenceLimits).toEqual([])
  world.network.metadata.setLeader('orders', 0, { node: 2, epoch: 6 })
  world.network.changed()
  await world.settle()
  expect(world.network.silenceLimits).toEqual([
    {
      connection,
      ms: 2_000,
      reason: 'the cluster names a newer leader for a partition of topic orders',
    },
  ])
  expect(world.calls(2)).toEqual([])
  world.network.down(1)
  await world.settle()
  world.call(2).ok()
  await world.settle()
  expect(sent).toMatchObject({ settled: 1, error: null })
})

test('a leader that leads again under a newer epoch has lost what it owes, too', async () => {
  const world = new SenderWorld()
  await world.sendAll(0, ['a'])
  world.network.metadata.setLeader('orders', 0, { node: 1, epoch: 6 })
  world.network.changed()
  await world.settle()
  expect(world.network.silenceLimits).toHaveLength(1)
})

test.each([
  ['that stays where it is', 0, { node: 1, epoch: 5 }],
  ['that has none for a while', 0, null],
  ['other than the one that is owed', 1, { node: 2, epoch: 6 }],
])('the leader of a partition %s has no limit', async (_, partition, leader) => {
  const world = new SenderWorld()
  await world.sendAll(0, ['a'])
  world.network.metadata.setLeader('orders', partition, leader)
  world.network.changed()
  await world.settle()
  expect(world.network.silenceLimits).toEqual([])
})

test('a leader that has answered has no limit', async () => {
  const world = new SenderWorld()
  await world.sendAll(0, ['a'])
  world.call().ok()
  await world.settle()
  world.network.metadata.setLeader('orders', 0, { node: 2, epoch: 6 })
  world.network.changed()
  await world.settle()
  expect(world.network.silenceLimits).toEqual([])
})
