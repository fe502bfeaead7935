import { expect, test } from 'vitest'
import { SenderWorld } from './sender-world.js'

const node1 = { node: 1, epoch: 5 }

/** The metadata lacks the topic for longer than a minute, and changes. */
async function loseTopic(world: SenderWorld): Promise<void> {
  const { network } = world
  network.metadata.forget('orders')
  network.changed()
  await world.advance(60_001)
  network.metadata.setTopic('other', [node1])
  network.changed()
  await world.advance(1)
}

async function nameTopicAgain(world: SenderWorld): Promise<void> {
  world.network.metadata.setTopic('orders', [node1, node1])
  world.network.changed()
  await world.advance(1_000)
}

test('a topic that was gone for a minute and comes back begins with the next epoch', async () => {
  const world = new SenderWorld()
  await world.openGate()
  await loseTopic(world)
  await nameTopicAgain(world)
  await world.sendAll(0, ['after'])
  expect(world.call().batches[0]).toMatchObject({ values: ['after'], epoch: 1, sequence: 0 })
})

test('a batch that is to be sent again keeps its sequence however long its topic is gone', async () => {
  const world = new SenderWorld({ deliveryTimeoutMs: 600_000 })
  await world.openGate()
  await world.sendAll(0, ['doubtful'])
  world.call().refuse('REQUEST_TIMED_OUT')
  await loseTopic(world)
  await nameTopicAgain(world)
  expect(world.call().batches[0]).toMatchObject({ values: ['doubtful'], epoch: 0, sequence: 1 })
})

test('where a broker that lags behind names fewer partitions of the new topic, records of the others wait', async () => {
  const world = new SenderWorld()
  const name = async (partitions: number, id?: string): Promise<void> => {
    const leaders = Array.from({ length: partitions }, () => ({ node: 1, epoch: 0 }))
    world.network.metadata.setTopic('orders', leaders, id)
    world.network.changed()
    await world.settle()
  }
  await name(3)
  await world.openGate()
  const newId = 'aaaaaaaa-0000-4000-8000-000000000001'
  await name(2, newId)
  await name(1, newId)
  const [waits] = await world.sendAll(1, ['waits'])
  expect(waits!.settled).toBe(0)
  await name(2, newId)
  world.call().ok(0n)
  expect(waits!.offset).toBe(0n)
})
