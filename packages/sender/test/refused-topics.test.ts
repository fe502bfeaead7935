import { expect, test } from 'vitest'
import { SenderWorld } from './sender-world.js'

const node1 = { node: 1, epoch: 5 }

test('F26: what is queued for a topic that the cluster refuses fails at once, other topics go on', async () => {
  const world = new SenderWorld()
  world.network.metadata.setTopic('other', [node1])
  const sent = await world.sendAll(0, ['in flight', 'queued'])
  world.network.metadata.refuseTopic('orders', 'TOPIC_AUTHORIZATION_FAILED')
  world.network.changed()
  await world.settle()
  expect(sent[0]!.settled).toBe(0)
  expect(sent[1]!.error).toMatchObject({
    code: 'TOPIC_AUTHORIZATION_FAILED',
    persisted: 'no',
    topic: 'orders',
  })
  const other = world.send(0, 'other', 'other')
  await world.settle()
  for (const call of world.calls()) call.ok()
  await world.settle()
  expect([sent[0]!.error, other.error]).toEqual([null, null])
  expect([sent[0]!.settled, other.settled]).toEqual([1, 1])
})

test('F26: a record in an open batch of the topic fails once its batch is closed', async () => {
  const world = new SenderWorld({ batchRecords: 10, lingerMs: 300 })
  const open = world.send(0, 'open')
  await world.settle()
  world.network.metadata.refuseTopic('orders', 'TOPIC_AUTHORIZATION_FAILED')
  world.network.changed()
  await world.advance(1_000)
  expect(open.error).toMatchObject({ code: 'TOPIC_AUTHORIZATION_FAILED', persisted: 'no' })
})

test('F26: the topic works again as soon as the cluster lets us in', async () => {
  const world = new SenderWorld()
  const [refused] = await world.sendAll(0, ['refused'])
  world.call().refuse('NOT_LEADER_OR_FOLLOWER')
  world.network.metadata.refuseTopic('orders', 'TOPIC_AUTHORIZATION_FAILED')
  world.network.changed()
  await world.settle()
  expect(refused!.error?.code).toBe('TOPIC_AUTHORIZATION_FAILED')
  world.network.metadata.setTopic('orders', [node1, node1])
  world.network.changed()
  await world.settle()
  const [sent] = await world.sendAll(0, ['again'])
  await world.advance(1_000)
  world.call().ok(3n)
  await world.settle()
  expect(sent!.offset).toBe(3n)
})

test('F26: a topic that was refused once keeps its records while it has no leader, as any topic does', async () => {
  const world = new SenderWorld()
  const { metadata } = world.network
  await world.openGate()
  metadata.refuseTopic('orders', 'TOPIC_AUTHORIZATION_FAILED')
  world.network.changed()
  await world.settle()
  metadata.setTopic('orders', [node1])
  world.network.changed()
  await world.settle()
  metadata.setLeader('orders', 0, null)
  world.network.changed()
  const [sent] = await world.sendAll(0, ['between two leaders'])
  expect(sent).toMatchObject({ settled: 0, error: null })
  metadata.setLeader('orders', 0, { node: 1, epoch: 6 })
  world.network.changed()
  await world.settle()
  world.call().ok(7n)
  expect(sent).toMatchObject({ settled: 1, error: null, offset: 7n })
})
