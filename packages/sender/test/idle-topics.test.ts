import { expect, test, vi } from 'vitest'
import { SenderWorld } from './sender-world.js'

const node1 = { node: 1, epoch: 5 }

/** A sender whose front lets topics go. */
function forgetful(): SenderWorld {
  const world = new SenderWorld()
  world.accumulator.front.onForgotten!((topic) => world.forget(topic))
  return world
}

/** The metadata has not been asked for the topic for long. */
async function forgetTopic(world: SenderWorld): Promise<void> {
  world.network.metadata.forget('orders')
  world.network.changed()
  await world.settle()
}

test('a topic that is forgotten since nobody used it begins with the next epoch', async () => {
  const world = forgetful()
  await world.openGate()
  await forgetTopic(world)
  world.send(0, 'after')
  await world.settle()
  expect(world.network.metadata.wanted).toEqual(['orders', 'orders'])
  world.network.metadata.setTopic('orders', [node1, node1])
  world.network.changed()
  await world.settle()
  expect(world.call().batches[0]).toMatchObject({ values: ['after'], epoch: 1, sequence: 0 })
})

test('a topic with a batch in flight is wanted again, and its sequences go on', async () => {
  const world = forgetful()
  await world.openGate()
  await world.sendAll(0, ['in flight'])
  await forgetTopic(world)
  expect(world.network.metadata.wanted).toEqual(['orders', 'orders'])
  world.network.metadata.setTopic('orders', [node1, node1])
  world.network.changed()
  world.call().ok(1n)
  await world.sendAll(0, ['after'])
  expect(world.call().batches[0]).toMatchObject({ values: ['after'], epoch: 0, sequence: 2 })
})

test('a batch that has failed for its caller but is still in flight keeps the sequences of a topic that is let go', async () => {
  const world = forgetful()
  await world.openGate()
  const [late] = await world.sendAll(0, ['late'])
  await world.advance(130_000)
  expect(late!.error).toMatchObject({ code: 'DELIVERY_TIMEOUT' })
  await forgetTopic(world)
  world.send(0, 'after')
  world.network.metadata.setTopic('orders', [node1, node1])
  world.network.changed()
  await world.settle()
  world.calls()[0]!.ok(1n)
  await world.advance(1_000)
  expect(world.call().batches[0]).toMatchObject({ values: ['after'], epoch: 0, sequence: 2 })
})

test('a first send costs as many looks at topics with ten thousand known ones as with ten', async () => {
  const counts: number[] = []
  for (const known of [10, 10_000]) {
    const world = forgetful()
    const { metadata } = world.network
    const { front } = world.accumulator
    for (let at = 0; at < known; at++) {
      metadata.setTopic(`known-${at}`, [node1])
      front.forTopic(`known-${at}`)
    }
    await world.settle()
    metadata.looks = 0
    metadata.setTopic('new', [node1])
    world.send(0, 'first', 'new')
    world.network.changed()
    await world.settle()
    expect(world.call().values).toEqual(['first'])
    counts.push(metadata.looks)
  }
  expect(counts[1]).toBe(counts[0])
  expect(counts[1]).toBeLessThan(10)
})

test('refused topics cost a send nothing', async () => {
  const world = forgetful()
  for (let at = 0; at < 1_000; at++) {
    world.network.metadata.refuseTopic(`refused-${at}`, 'TOPIC_AUTHORIZATION_FAILED')
    world.accumulator.front.forTopic(`refused-${at}`)
  }
  await world.settle()
  const take = vi.spyOn(world.accumulator.queue, 'take')
  await world.sendAll(0, ['fine'])
  expect(world.call().values).toEqual(['fine'])
  // Each run looks once for what is late.
  expect(take.mock.calls.length).toBeLessThan(10)
})

test('the metadata that only says that something has changed is looked through', async () => {
  const world = new SenderWorld({ watched: false })
  await world.openGate()
  world.network.metadata.refuseTopic('orders', 'TOPIC_AUTHORIZATION_FAILED')
  world.network.changed()
  await world.settle()
  expect(world.accumulator.front.forTopic('orders').snapshot).toMatchObject({
    error: 'TOPIC_AUTHORIZATION_FAILED',
  })
})
