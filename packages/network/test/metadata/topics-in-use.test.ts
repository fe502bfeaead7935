import { metadataApi } from '@sluice/protocol'
import { expect, test } from 'vitest'
import type { FakeBroker } from '../fake-broker.js'
import { SocketWorld } from '../socket-world.js'

const id = '00000000-0000-0000-0000-000000000001'

function names(broker: FakeBroker): string[][] {
  return broker
    .of(metadataApi)
    .map(({ body }) => body.topics.map(({ name }: { name: string }) => name))
}

test('a topic that does not exist, and that asking does not create, is refused after three answers', async () => {
  const world = await new SocketWorld({ allowAutoTopicCreation: false }).connected()
  world.client.metadata.want('gone')
  await world.runtime.pass(299)
  expect(world.client.metadata.topic('gone')).toBeUndefined()
  expect(world.broker.of(metadataApi)[1]!.body.allowAutoTopicCreation).toBe(false)
  await world.runtime.pass(10_000)
  expect(names(world.broker)).toEqual([[], ['gone'], ['gone'], ['gone']])
  expect(world.client.metadata.topic('gone')).toMatchObject({
    error: 'UNKNOWN_TOPIC_OR_PARTITION',
    partitions: [],
  })
  expect(world.client.metadata.lastError).toBeNull()
})

test('once a topic that was refused exists, whoever wants it gets it', async () => {
  const world = await new SocketWorld({ allowAutoTopicCreation: false }).connected()
  world.client.metadata.want('gone')
  await world.runtime.pass(1_000)
  world.client.metadata.want('gone')
  await world.runtime.pass(2_000)
  expect(names(world.broker)).toHaveLength(5)
  world.view.topics.set('gone', { id, partitions: [{ leader: 1 }] })
  world.client.metadata.want('gone')
  await world.runtime.pass(2_000)
  expect(world.client.metadata.leader('gone', 0)).toEqual({ node: 1, epoch: 0 })
})

test('a topic that was there before is not refused because it is absent', async () => {
  const world = new SocketWorld({ allowAutoTopicCreation: false })
  world.view.topics.set('a', { id, partitions: [{ leader: 1, epoch: 5 }] })
  world.client.metadata.want('a')
  await world.connected(1)
  world.view.topics.delete('a')
  world.client.metadata.refresh()
  await world.runtime.pass(20_000)
  expect(names(world.broker).length).toBeGreaterThan(5)
  expect(world.client.metadata.leader('a', 0)).toEqual({ node: 1, epoch: 5 })
})

test('a topic that nobody uses is no longer asked about, and comes back when somebody asks who leads', async () => {
  const world = new SocketWorld()
  for (const topic of ['idle', 'busy']) {
    world.view.topics.set(topic, { id, partitions: [{ leader: 1, epoch: 5 }] })
    world.client.metadata.want(topic)
  }
  await world.connected()
  const use = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 10_000) {
      expect(world.client.metadata.leader('busy', 0)).toEqual({ node: 1, epoch: 5 })
      await world.runtime.pass(10_000)
    }
  }
  await use(610_000)
  expect(names(world.broker).at(-1)).toEqual(['busy'])
  expect(world.client.metadata.topic('idle')).toBeUndefined()
  const { version } = world.client.metadata
  expect(world.client.metadata.leader('idle', 0)).toBeNull()
  await world.runtime.settle()
  expect(names(world.broker).at(-1)).toEqual(['idle'])
  expect(world.client.metadata.leader('idle', 0)).toEqual({ node: 1, epoch: 5 })
  expect(world.client.metadata.version).toBeGreaterThan(version)
  await use(200_000)
  expect(world.client.metadata.topic('busy')).toBeDefined()
})

test('metadataMaxIdleMs says for how long a topic may be idle', async () => {
  const world = new SocketWorld({ metadataMaxIdleMs: 1_000 })
  world.view.topics.set('a', { partitions: [{ leader: 1 }] })
  world.client.metadata.want('a')
  await world.connected()
  for (let sweep = 0; sweep < 2; sweep++) {
    await world.runtime.pass(1_100)
    world.client.metadata.refresh()
    await world.runtime.settle()
  }
  expect(names(world.broker).at(-1)).toEqual([])
  expect(world.client.metadata.topic('a')).toBeUndefined()
})

test('topics are forgotten after metadataMaxIdleMs although nothing else asks for metadata, and the watcher hears of it', async () => {
  const world = new SocketWorld({ metadataMaxIdleMs: 1_000 })
  world.view.topics.set('a', { partitions: [{ leader: 1 }] })
  const heard: string[] = []
  world.client.metadata.watch!({
    changed: (topic) => void heard.push(`changed ${topic}`),
    forgotten: (topic) => void heard.push(`forgotten ${topic}`),
  })
  for (const topic of ['a', 'unknown']) world.client.metadata.want(topic)
  await world.connected()
  expect(heard).toEqual(['changed a'])
  const before = world.changes
  await world.runtime.pass(2_100)
  expect(heard).toEqual(['changed a', 'forgotten a', 'forgotten unknown'])
  expect(world.client.metadata.topic('a')).toBeUndefined()
  expect(world.changes).toBeGreaterThan(before)
  const asked = names(world.broker).length
  await world.runtime.pass(60_000)
  expect(names(world.broker)).toHaveLength(asked)
})

test('the watcher hears of each topic that changes, and of no other', async () => {
  const world = new SocketWorld({ brokers: 2 })
  for (const topic of ['a', 'b', 'c']) {
    world.view.topics.set(topic, { id, partitions: [{ leader: 1, epoch: 5 }] })
    world.client.metadata.want(topic)
  }
  await world.connected(1)
  const heard: string[] = []
  world.client.metadata.watch!({
    changed: (topic) => void heard.push(topic),
    forgotten: (topic) => void heard.push(`forgotten ${topic}`),
  })
  world.client.metadata.applyLeader({ topic: 'a', partition: 0, leader: 2, epoch: 6 })
  world.view.topics.set('b', { errorCode: 29 })
  await world.runtime.pass(1_000)
  expect(heard).toEqual(['a', 'b'])
})
