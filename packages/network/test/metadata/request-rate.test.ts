import type * as protocol from '@sluice/protocol'
import { metadataApi, produceApi } from '@sluice/protocol'
import { expect, test, vi } from 'vitest'
import { MetadataSchedule } from '../../src/metadata/metadata-schedule.js'
import { silence } from '../fake-broker.js'
import { SocketWorld } from '../socket-world.js'

const made = vi.hoisted(() => ({ errors: 0 }))

vi.mock('@sluice/protocol', async (importOriginal) => {
  const actual = await importOriginal<typeof protocol>()
  class CountedError extends actual.KafkaError {
    constructor(...args: ConstructorParameters<typeof actual.KafkaError>) {
      super(...args)
      made.errors++
    }
  }
  return { ...actual, KafkaError: CountedError }
})

const isMetadata = ({ apiKey }: { apiKey: number }): boolean => apiKey === metadataApi.key

function names(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `topic-${at}`)
}

/** How many topics each Metadata request of the cluster asked for. */
function questions({ brokers }: SocketWorld): number[] {
  return brokers.flatMap((broker) => broker.of(metadataApi).map(({ body }) => body.topics.length))
}

/** Broker 1 holds a question open for good; broker 2 is connected, too. */
async function oneIsSilent(): Promise<SocketWorld> {
  const world = await new SocketWorld({ brokers: 2 }).connected(1, 2)
  await world.runtime.pass(1_000)
  // The broker that is asked first.
  world.runtime.random = () => 0
  world.broker.script = (request) => (isMetadata(request) ? silence : undefined)
  world.client.metadata.want('a')
  await world.runtime.settle()
  world.runtime.random = () => 0.5
  return world
}

test.each([
  ['an error', () => ({ errorCode: -1 })],
  ['an empty list of brokers', () => ({ brokers: [] })],
  ['an empty list of topics', () => ({ topics: [] })],
])(
  'a broker that answers with %s is asked after a back-off that doubles, though another one holds a question open',
  async (_, wrong) => {
    const world = await oneIsSilent()
    const second = world.brokers[1]!
    const before = second.of(metadataApi).length
    let answered = 0
    second.script = (request) => {
      if (!isMetadata(request)) return undefined
      // In a loop without a pause the clock of this test would stand still.
      return ++answered > 100 ? silence : { ...second.metadata([]), ...wrong() }
    }
    // The silent broker is slow after a second. Then 0, 100, 300, 700, 1 500, 2 500, … ms after the first failure.
    await world.runtime.pass(11_000)
    const asked = second.of(metadataApi).length - before
    expect(asked).toBeGreaterThan(8)
    expect(asked).toBeLessThan(20)
    second.script = () => undefined
    world.view.topics.set('a', { partitions: [{ leader: 2 }] })
    await world.runtime.pass(2_000)
    expect(world.client.metadata.leader('a', 0)).toEqual({ node: 2, epoch: 0 })
  },
)

test.each([
  ['do not exist', {}],
  ['have no leader', { partitions: [{ leader: -1 }] }],
])('a thousand topics that %s are asked for together', async (_, topic) => {
  const world = await new SocketWorld().connected()
  // Each back-off of its own would have another length.
  let state = 1
  world.runtime.random = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
  for (const name of names(1_000)) {
    if ('partitions' in topic) world.view.topics.set(name, topic)
    world.client.metadata.want(name)
  }
  await world.runtime.pass(20_000)
  const asked = questions(world)
  expect(asked.length).toBeLessThan(32)
  // The last ten are a second apart, and lack no topic.
  expect(asked.slice(-10)).toEqual(Array.from({ length: 10 }, () => 1_000))
})

test('topics that are wanted before a broker can be asked are listed once', async () => {
  const world = new SocketWorld()
  const listed = vi.spyOn(MetadataSchedule.prototype, 'next')
  for (const name of names(1_000)) world.client.metadata.want(name)
  expect(listed).not.toHaveBeenCalled()
  await world.runtime.settle()
  expect(listed).toHaveBeenCalledTimes(1)
  expect(questions(world)).toEqual([1_000])
  listed.mockRestore()
})

test('topics that are wanted one after the other share the next question, however many are unknown by then', async () => {
  const world = await new SocketWorld().connected()
  for (const name of names(100)) {
    world.client.metadata.want(name)
    await world.runtime.pass(10)
  }
  const before = questions(world).length
  // One for each new topic, and ten a second for those that are not known.
  expect(before).toBeLessThan(100 + 15)
  await world.runtime.pass(10_000)
  expect(questions(world).length - before).toBeLessThan(16)
})

test('a new topic is asked for quickly though others have been unknown for long', async () => {
  const world = await new SocketWorld().connected()
  world.client.metadata.want('never')
  await world.runtime.pass(10_000)
  world.client.metadata.want('soon')
  await world.runtime.settle()
  world.view.topics.set('soon', { partitions: [{ leader: 1 }] })
  await world.runtime.pass(100)
  expect(world.client.metadata.leader('soon', 0)).toEqual({ node: 1, epoch: 0 })
})

test('a thousand refused topics that are wanted again and again cost one question a second', async () => {
  const world = await new SocketWorld().connected()
  for (const name of names(1_000)) {
    world.view.topics.set(name, { errorCode: 29 })
    world.client.metadata.want(name)
  }
  await world.runtime.pass(1_000)
  const before = questions(world).length
  for (let round = 0; round < 100; round++) {
    for (const name of names(1_000).slice(round * 10, round * 10 + 10))
      world.client.metadata.want(name)
    await world.runtime.pass(100)
  }
  expect(questions(world).length - before).toBeLessThan(13)
})

test('a refresh of a thousand topics that lack a leader makes one error at most, and none while it stays the same', async () => {
  const world = await new SocketWorld().connected()
  for (const name of names(1_000)) {
    world.view.topics.set(name, { partitions: [{ leader: -1 }] })
    world.client.metadata.want(name)
  }
  made.errors = 0
  await world.runtime.pass(3_000)
  expect(questions(world).length).toBeGreaterThan(5)
  // The first topic is asked for alone, and then the others.
  expect(made.errors).toBeLessThan(4)
  made.errors = 0
  const { lastError } = world.client.metadata
  expect(lastError).toMatchObject({ code: 'LEADER_NOT_AVAILABLE', topic: 'topic-0' })
  await world.runtime.pass(3_000)
  expect(world.client.metadata.lastError).toBe(lastError)
  expect(made.errors).toBe(0)
})

test('hints for ten thousand partitions copy the picture of the topic once', async () => {
  const world = new SocketWorld({ brokers: 2 })
  const partitions = Array.from({ length: 10_000 }, () => ({ leader: 1, epoch: 5 }))
  world.view.topics.set('a', { partitions })
  world.client.metadata.want('a')
  await world.connected(1)
  world.broker.script = ({ apiKey }) => (apiKey === produceApi.key ? silence : undefined)
  const { metadata } = world.client
  const before = metadata.topic('a')!
  const copied = vi.spyOn(Array.prototype, 'slice')
  const replaced = vi.spyOn(Array.prototype, 'with')
  for (let partition = 0; partition < 10_000; partition++) {
    metadata.applyLeader({ topic: 'a', partition, leader: 2, epoch: 6 })
    // The sender asks before each hint whether it is of this topic.
    expect(metadata.topicId!('a')).toBe(before.id)
  }
  const copies = copied.mock.contexts.filter(
    (list) => Array.isArray(list) && list.length === 10_000,
  ).length
  const replacements = replaced.mock.calls.length
  vi.restoreAllMocks()
  expect([copies, replacements]).toEqual([0, 0])
  const after = metadata.topic('a')!
  expect(after).not.toBe(before)
  expect(metadata.topic('a')).toBe(after)
  expect(before.partitions[9_999]).toMatchObject({ leader: 1, leaderEpoch: 5 })
  expect(after.partitions[9_999]).toMatchObject({ leader: 2, leaderEpoch: 6 })
  expect(metadata.leader('a', 9_999)).toEqual({ node: 2, epoch: 6 })
})
