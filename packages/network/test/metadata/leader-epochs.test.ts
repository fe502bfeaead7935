import { metadataApi, zeroUuid } from '@sluice/protocol'
import { expect, test } from 'vitest'
import type { AnswerSource } from '../../src/metadata/answer-source.js'
import { MetadataCache } from '../../src/metadata/metadata-cache.js'
import { SocketWorld } from '../socket-world.js'
import { topicAnswer } from './topic-answer.js'

const id = '00000000-0000-0000-0000-000000000001'

/** What broker `broker` of a cluster of three says of topic `t`: its partitions 0, 1, … are led so. */
function tell(
  cache: MetadataCache,
  broker: number,
  leaders: readonly (readonly [leader: number, epoch: number])[],
  more: Partial<AnswerSource> & { readonly topicId?: string } = {},
): void {
  const { topicId = id, ...rest } = more
  const source = { broker, alone: false, hasBroker: (one: number) => one <= 3, ...rest }
  cache.applyTopic('t', topicAnswer(topicId, ...leaders), 12, source)
}

/** A leader with too high an epoch, told by broker 1. */
function cacheThatBelieves(leader: number, epoch: number, topicId = id): MetadataCache {
  const cache = new MetadataCache()
  tell(cache, 1, [[leader, epoch]], { topicId })
  return cache
}

test.each([
  ['with topic ids', id],
  ['without topic ids', zeroUuid],
])(
  'the fifth answer that names the same lower epoch is believed, %s, when the broker had told the higher one itself',
  (_, topicId) => {
    const cache = cacheThatBelieves(2, 1_000, topicId)
    for (let count = 1; count < 5; count++) {
      tell(cache, 1, [[3, 5]], { topicId })
      expect(cache.leader('t', 0)).toEqual({ node: 2, epoch: 1_000 })
    }
    const { version } = cache
    tell(cache, 1, [[3, 5]], { topicId })
    expect(cache.leader('t', 0)).toEqual({ node: 3, epoch: 5 })
    expect(cache.topic('t')!.partitions[0]).toMatchObject({ leader: 3, leaderEpoch: 5 })
    expect(cache.version).toBe(version + 1)
  },
)

test('a broker that lags behind is not believed, however often it names the older epoch', () => {
  const cache = cacheThatBelieves(2, 7)
  for (let count = 0; count < 100; count++) tell(cache, 3, [[1, 5]])
  expect(cache.leader('t', 0)).toEqual({ node: 2, epoch: 7 })
})

test('two brokers that agree on the lower epoch are believed at the fifth answer', () => {
  const cache = cacheThatBelieves(2, 7)
  for (const broker of [3, 3, 3, 3]) tell(cache, broker, [[1, 5]])
  expect(cache.leader('t', 0)).toEqual({ node: 2, epoch: 7 })
  // Broker 4 was not there when the answers began.
  tell(cache, 4, [[1, 5]])
  expect(cache.leader('t', 0)).toEqual({ node: 1, epoch: 5 })
})

test('the only broker that can be asked is believed at the fifth answer', () => {
  const cache = cacheThatBelieves(2, 7)
  for (let count = 0; count < 5; count++) tell(cache, 3, [[3, 5]], { alone: true })
  expect(cache.leader('t', 0)).toEqual({ node: 3, epoch: 5 })
})

test('the broker that is believed to lead is believed about the lower epoch, too', () => {
  const cache = cacheThatBelieves(2, 7)
  for (let count = 0; count < 5; count++) tell(cache, 2, [[3, 5]])
  expect(cache.leader('t', 0)).toEqual({ node: 3, epoch: 5 })
})

test('answers that name different lower epochs prove nothing', () => {
  const cache = cacheThatBelieves(2, 1_000)
  for (let epoch = 0; epoch < 100; epoch++) tell(cache, 1 + (epoch % 2), [[3, epoch % 3]])
  expect(cache.leader('t', 0)).toEqual({ node: 2, epoch: 1_000 })
})

test('one answer that names the believed epoch ends the doubt', () => {
  const cache = cacheThatBelieves(2, 7)
  for (const broker of [1, 3, 1, 3]) tell(cache, broker, [[1, 5]])
  tell(cache, 1, [[2, 7]])
  for (const broker of [1, 3, 1, 3]) tell(cache, broker, [[1, 5]])
  expect(cache.leader('t', 0)).toEqual({ node: 2, epoch: 7 })
})

test('two answers are enough when the believed leader refuses before each of them, whichever broker answers', () => {
  const cache = cacheThatBelieves(2, 7)
  for (const expected of [7, 5]) {
    cache.leaderAnswered('t', 0, { node: 2, epoch: 7 }, 'NOT_LEADER_OR_FOLLOWER')
    tell(cache, 3, [[1, 5]])
    expect(cache.leader('t', 0)!.epoch).toBe(expected)
  }
})

test('five batches that are refused at once count as one refusal', () => {
  const cache = cacheThatBelieves(2, 7)
  for (let count = 0; count < 5; count++)
    cache.leaderAnswered('t', 0, { node: 2, epoch: 7 }, 'NOT_LEADER_OR_FOLLOWER')
  tell(cache, 3, [[1, 5]])
  expect(cache.leader('t', 0)).toEqual({ node: 2, epoch: 7 })
})

test('a batch that the believed leader takes ends the doubt', () => {
  const cache = cacheThatBelieves(2, 7)
  for (let count = 0; count < 20; count++) {
    for (const broker of [1, 3, 1, 3]) tell(cache, broker, [[1, 5]])
    cache.leaderAnswered('t', 0, { node: 2, epoch: 7 }, null)
  }
  expect(cache.leader('t', 0)).toEqual({ node: 2, epoch: 7 })
})

test.each([
  ['of another broker', { node: 1, epoch: 7 }, 'NOT_LEADER_OR_FOLLOWER'],
  ['of an earlier epoch', { node: 2, epoch: 6 }, 'NOT_LEADER_OR_FOLLOWER'],
  ['for another reason', { node: 2, epoch: 7 }, 'NOT_ENOUGH_REPLICAS'],
] as const)('a refusal %s does not speak against the believed leader', (_, leader, code) => {
  const cache = cacheThatBelieves(2, 7)
  for (let count = 0; count < 4; count++) {
    cache.leaderAnswered('t', 0, leader, code)
    tell(cache, 1, [[1, 5]])
  }
  expect(cache.leader('t', 0)).toEqual({ node: 2, epoch: 7 })
})

test('a leader that is no broker of the cluster is given up at the second answer', () => {
  const cache = cacheThatBelieves(9, 1_000)
  tell(cache, 3, [[2, 5]])
  tell(cache, 3, [[2, 5]])
  expect(cache.leader('t', 0)).toEqual({ node: 2, epoch: 5 })
})

test('each partition is judged alone', () => {
  const cache = new MetadataCache()
  tell(cache, 1, [
    [2, 1_000],
    [2, 3],
  ])
  for (let epoch = 4; epoch < 9; epoch++)
    tell(cache, 1, [
      [3, 5],
      [2, epoch],
    ])
  expect([0, 1].map((partition) => cache.leader('t', partition))).toEqual([
    { node: 3, epoch: 5 },
    { node: 2, epoch: 8 },
  ])
})

/** Broker 1 has answered once with the wrong epoch; from then on the cluster tells the truth. */
async function misled(brokers: number): Promise<SocketWorld> {
  const world = new SocketWorld({ brokers })
  world.view.topics.set('a', { id, partitions: [{ leader: brokers, epoch: 1_000 }] })
  world.client.metadata.want('a')
  await world.connected()
  world.view.topics.set('a', { id, partitions: [{ leader: 1, epoch: 5 }] })
  return world
}

test.each([1, 2, 3])(
  'one answer with too high an epoch is outvoted by the next five (a cluster of %i)',
  async (brokers) => {
    const world = await misled(brokers)
    for (let count = 0; count < 4; count++) {
      await world.runtime.pass(1_300)
      world.client.metadata.refresh()
      await world.runtime.settle()
    }
    expect(world.client.metadata.leader('a', 0)).toEqual({ node: brokers, epoch: 1_000 })
    await world.runtime.pass(1_300)
    world.client.metadata.refresh()
    await world.runtime.settle()
    expect(world.client.metadata.leader('a', 0)).toEqual({ node: 1, epoch: 5 })
    expect(world.broker.of(metadataApi)).toHaveLength(6)
  },
)

test.each([
  ['a broker of the cluster', 2, undefined],
  ['a broker that nobody knows', 9, { host: 'broker-9', port: 9092, rack: null }],
])('a hint of %s with too high an epoch is outvoted', async (_, leader, endpoint) => {
  const world = new SocketWorld({ brokers: 2 })
  world.view.topics.set('a', { id, partitions: [{ leader: 1, epoch: 5 }] })
  world.client.metadata.want('a')
  await world.connected(1, 2)
  const change = { topic: 'a', partition: 0, leader, epoch: 1_000 }
  world.client.metadata.applyLeader(endpoint === undefined ? change : { ...change, endpoint })
  expect(world.client.metadata.leader('a', 0)).toEqual({ node: leader, epoch: 1_000 })
  for (let count = 0; count < 5; count++) {
    await world.runtime.pass(1_300)
    world.client.metadata.leaderAnswered!(
      'a',
      0,
      { node: leader, epoch: 1_000 },
      'NOT_LEADER_OR_FOLLOWER',
    )
    world.client.metadata.refresh()
    await world.runtime.settle()
  }
  expect(world.client.metadata.leader('a', 0)).toEqual({ node: 1, epoch: 5 })
})
