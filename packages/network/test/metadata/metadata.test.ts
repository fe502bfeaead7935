import { metadataApi, produceApi, zeroUuid } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { FakeBroker, silence } from '../fake-broker.js'
import { SocketWorld } from '../socket-world.js'

const id = '00000000-0000-0000-0000-000000000001'

function names(broker: FakeBroker): string[][] {
  return broker
    .of(metadataApi)
    .map(({ body }) => body.topics.map(({ name }: { name: string }) => name))
}

async function knowing(...topics: string[]): Promise<SocketWorld> {
  const world = new SocketWorld({ brokers: 2 })
  for (const topic of topics) {
    world.view.topics.set(topic, {
      id,
      partitions: [
        { leader: 1, epoch: 5 },
        { leader: 2, epoch: 6 },
      ],
    })
    world.client.metadata.want(topic)
  }
  return world.connected(1)
}

test('a wanted topic is known once the cluster has answered for it', async () => {
  const world = new SocketWorld()
  world.view.topics.set('orders', { id, partitions: [{ leader: 1, epoch: 5 }] })
  const { metadata } = world.client
  const before = metadata.version
  metadata.want('orders')
  expect(metadata.topic('orders')).toBeUndefined()
  expect(metadata.leader('orders', 0)).toBeNull()
  await world.runtime.settle()
  expect(metadata.topic('orders')).toEqual({
    name: 'orders',
    id,
    error: null,
    partitions: [
      {
        topic: 'orders',
        partition: 0,
        leader: 1,
        leaderEpoch: 5,
        replicas: [1],
        inSyncReplicas: [1],
      },
    ],
  })
  expect(metadata.leader('orders', 0)).toEqual({ node: 1, epoch: 5 })
  expect(metadata.leader('orders', 1)).toBeNull()
  expect(metadata.version).toBeGreaterThan(before)
  expect(world.broker.of(metadataApi)[0]!.body.allowAutoTopicCreation).toBe(true)
})

test('a new topic is asked for at once, alone, and then is part of every refresh', async () => {
  const world = await knowing('a')
  world.view.topics.set('b', { partitions: [{ leader: 1 }] })
  world.client.metadata.want('b')
  world.client.metadata.want('b')
  await world.runtime.settle()
  expect(names(world.broker)).toEqual([['a'], ['b']])
  await world.runtime.pass(100)
  world.client.metadata.refresh()
  await world.runtime.settle()
  expect(names(world.broker).at(-1)).toEqual(['a', 'b'])
})

test('never is more than one question in flight, and what came up meanwhile follows', async () => {
  const world = await knowing('a')
  await world.runtime.pass(200)
  world.broker.script = ({ apiKey }) => (apiKey === metadataApi.key ? silence : undefined)
  world.client.metadata.refresh()
  await world.runtime.settle()
  world.client.metadata.refresh()
  world.client.metadata.want('b')
  world.client.metadata.want('c')
  await world.runtime.pass(900)
  expect(names(world.broker)).toEqual([['a'], ['a']])
  world.broker.script = () => undefined
  world.broker.answer(world.broker.of(metadataApi)[1]!, world.broker.metadata(['a']))
  await world.runtime.settle()
  expect(names(world.broker)[2]).toEqual(['b', 'c'])
})

test('a refresh asked for while a question for one topic is under way is not lost', async () => {
  const world = await knowing('a')
  await world.runtime.pass(200)
  world.broker.script = ({ apiKey }) => (apiKey === metadataApi.key ? silence : undefined)
  world.client.metadata.want('b')
  await world.runtime.settle()
  world.client.metadata.refresh()
  world.broker.script = () => undefined
  world.view.topics.set('b', { partitions: [{ leader: 1 }] })
  world.broker.answer(world.broker.of(metadataApi)[1]!, world.broker.metadata(['b']))
  await world.runtime.settle()
  expect(names(world.broker)).toEqual([['a'], ['b'], ['a', 'b']])
})

test('metadata goes past maxInFlight, and does not count', async () => {
  const world = await new SocketWorld({ maxInFlight: 1 }).connected(1)
  world.broker.script = ({ apiKey }) => (apiKey === metadataApi.key ? silence : undefined)
  world.produce(1)
  world.client.poll()
  world.client.metadata.want('a')
  await world.runtime.settle()
  expect(world.broker.of(metadataApi)).toHaveLength(2)
  expect(world.client.inFlight(1)).toBe(1)
  world.broker.answer(world.broker.of(produceApi)[0]!, { responses: [], throttleTimeMs: 0 })
  expect(world.client.inFlight(1)).toBe(0)
  expect(world.client.ready(1)).toBe(true)
})

test('refreshes that bring nothing new are asked for less and less often', async () => {
  const world = await knowing('a')
  const at: number[] = []
  const start = world.runtime.now()
  world.broker.script = ({ apiKey }) => {
    if (apiKey === metadataApi.key) at.push(world.runtime.now() - start)
    return undefined
  }
  world.client.onChange(() => world.client.metadata.refresh())
  world.client.metadata.refresh()
  await world.runtime.pass(4_000)
  expect(at).toEqual([100, 300, 700, 1_500, 2_500, 3_500])
})

test('failures are retried after a back-off that doubles', async () => {
  const world = await knowing('a')
  await world.runtime.pass(100)
  const at: number[] = []
  const start = world.runtime.now()
  for (const broker of world.brokers) {
    broker.script = ({ apiKey }) => {
      if (apiKey !== metadataApi.key) return undefined
      at.push(world.runtime.now() - start)
      return { ...broker.metadata([]), errorCode: -1 }
    }
  }
  world.client.metadata.refresh()
  await world.runtime.pass(3_600)
  expect(at).toEqual([0, 100, 300, 700, 1_500, 2_500, 3_500])
  expect(world.client.metadata.lastError).toMatchObject({ code: 'UNKNOWN_SERVER_ERROR' })
  expect(world.client.metadata.topic('a')).toBeDefined()
  for (const broker of world.brokers) broker.script = () => undefined
  await world.runtime.pass(1_000)
  expect(world.client.metadata.lastError).toBeNull()
})

test('after a success the back-off for failures begins anew', async () => {
  const world = await knowing('a')
  world.client.ready(2)
  await world.runtime.pass(100)
  const at: number[] = []
  let start = world.runtime.now()
  let failing = true
  for (const broker of world.brokers) {
    broker.script = ({ apiKey }) => {
      if (apiKey !== metadataApi.key) return undefined
      at.push(world.runtime.now() - start)
      return failing ? { ...broker.metadata([]), errorCode: -1 } : undefined
    }
  }
  world.client.metadata.refresh()
  await world.runtime.pass(700)
  failing = false
  await world.runtime.pass(5_000)
  expect(at).toEqual([0, 100, 300, 700, 1_500])
  failing = true
  start = world.runtime.now()
  at.length = 0
  world.client.metadata.refresh()
  await world.runtime.pass(300)
  expect(at).toEqual([0, 100, 300])
})

test('a question without an answer ends with its connection, and another broker is asked', async () => {
  const world = await knowing('a')
  await world.runtime.pass(100)
  world.broker.script = ({ apiKey }) => (apiKey === metadataApi.key ? silence : undefined)
  world.network.hang('broker-2:9092')
  world.client.metadata.refresh()
  await world.runtime.pass(30_010)
  expect(world.client.metadata.lastError).toMatchObject({ code: 'REQUEST_TIMEOUT' })
  world.brokers[1]!.listen(world.network, 'broker-2:9092')
  world.network.refuse('broker-1:9092')
  await world.runtime.pass(500)
  expect(names(world.brokers[1]!)).toEqual([['a']])
  expect(world.client.metadata.lastError).toBeNull()
})

test('old metadata is refreshed in the background', async () => {
  const world = await knowing('a')
  world.view.topics.get('a')!.partitions![0] = { leader: 2, epoch: 7 }
  await world.runtime.pass(299_990)
  expect(world.client.metadata.leader('a', 0)).toEqual({ node: 1, epoch: 5 })
  const before = world.changes
  await world.runtime.pass(20)
  expect(world.client.metadata.leader('a', 0)).toEqual({ node: 2, epoch: 7 })
  expect(world.changes).toBeGreaterThan(before)
  await world.runtime.pass(300_010)
  expect(names(world.broker)).toEqual([['a'], ['a'], ['a']])
})

test('metadata that says nothing new changes no version', async () => {
  const world = await knowing('a')
  const { version } = world.client.metadata
  const topic = world.client.metadata.topic('a')
  await world.runtime.pass(100)
  world.client.metadata.refresh()
  await world.runtime.settle()
  expect(names(world.broker)).toHaveLength(2)
  expect(world.client.metadata.version).toBe(version)
  expect(world.client.metadata.topic('a')).toBe(topic)
})

test('a topic that is being created is asked for until it is there', async () => {
  const world = await new SocketWorld().connected()
  const at: number[] = []
  const start = world.runtime.now()
  world.broker.script = ({ apiKey }) => {
    if (apiKey === metadataApi.key) at.push(world.runtime.now() - start)
    if (at.length === 2) world.view.topics.set('new', { errorCode: 5 })
    if (at.length === 3)
      world.view.topics.set('new', { partitions: [{ leader: -1, errorCode: 5 }] })
    if (at.length === 4) world.view.topics.set('new', { partitions: [{ leader: 1 }] })
    return undefined
  }
  world.client.metadata.want('new')
  await world.runtime.pass(1)
  expect(world.client.metadata.lastError).toMatchObject({
    code: 'UNKNOWN_TOPIC_OR_PARTITION',
    topic: 'new',
  })
  await world.runtime.pass(400)
  expect(world.client.metadata.leader('new', 0)).toBeNull()
  expect(world.client.metadata.topic('new')!.partitions).toHaveLength(1)
  await world.runtime.pass(5_000)
  expect(at).toEqual([0, 100, 300, 700])
  expect(world.client.metadata.leader('new', 0)).toEqual({ node: 1, epoch: 0 })
  expect(world.client.metadata.lastError).toBeNull()
})

test('a topic the answer leaves out is asked for again', async () => {
  const world = new SocketWorld()
  world.client.metadata.want('a')
  world.broker.script = ({ apiKey }) =>
    apiKey === metadataApi.key ? world.broker.metadata([]) : undefined
  await world.runtime.pass(250)
  expect(names(world.broker)).toEqual([['a'], ['a']])
})

test('a topic in the answer that nobody asked for is ignored', async () => {
  const world = new SocketWorld()
  world.view.topics.set('b', { partitions: [{ leader: 1 }] })
  world.broker.script = ({ apiKey }) =>
    apiKey === metadataApi.key ? world.broker.metadata(['b']) : undefined
  await world.connected()
  expect(world.client.metadata.topic('b')).toBeUndefined()
})

// F15
test('a topic that vanishes for a moment keeps what was known', async () => {
  const world = await knowing('a')
  const topic = world.view.topics.get('a')!
  world.view.topics.delete('a')
  await world.runtime.pass(100)
  world.client.metadata.refresh()
  await world.runtime.settle()
  expect(world.client.metadata.leader('a', 1)).toEqual({ node: 2, epoch: 6 })
  world.view.topics.set('a', topic)
  await world.runtime.pass(200)
  expect(world.client.metadata.lastError).toBeNull()
})

test.each([
  [17, 'INVALID_TOPIC_EXCEPTION'],
  [29, 'TOPIC_AUTHORIZATION_FAILED'],
])('a topic that is refused with %i says so, and has no partitions', async (errorCode, code) => {
  const world = await new SocketWorld().connected()
  world.view.topics.set('mine', { errorCode })
  world.client.metadata.want('mine')
  await world.runtime.pass(5_000)
  expect(world.client.metadata.topic('mine')).toMatchObject({ error: code, partitions: [] })
  expect(names(world.broker)).toEqual([[], ['mine']])
  expect(world.client.metadata.lastError).toBeNull()
})

test('a refused topic that is wanted again is asked for again, at most once a second', async () => {
  const world = await new SocketWorld().connected()
  world.view.topics.set('mine', { errorCode: 29 })
  world.client.metadata.want('mine')
  await world.runtime.settle()
  for (let count = 0; count < 25; count++) {
    world.client.metadata.want('mine')
    await world.runtime.pass(100)
  }
  expect(names(world.broker)).toHaveLength(4)
  world.view.topics.set('mine', { partitions: [{ leader: 1 }] })
  await world.runtime.pass(1_000)
  expect(world.client.metadata.topic('mine')).toMatchObject({ error: null })
})

test('a lost broker makes the metadata be refreshed', async () => {
  const world = await knowing('a')
  world.client.ready(2)
  await world.runtime.pass(1_000)
  world.network.open.find(({ address }) => address === 'broker-2:9092')!.hangUp()
  await world.runtime.settle()
  expect(names(world.broker)).toHaveLength(2)
})

test('an unknown node makes the metadata be refreshed', async () => {
  const world = await knowing('a')
  await world.runtime.pass(1_000)
  expect(world.client.ready(77)).toBe(false)
  await world.runtime.settle()
  expect(names(world.broker)).toHaveLength(2)
})

test('a leader named by a broker is applied at once, and the rest asked for', async () => {
  const world = await knowing('a')
  await world.runtime.pass(1_000)
  world.client.metadata.applyLeader({ topic: 'a', partition: 0, leader: 2, epoch: 7 })
  expect(world.client.metadata.leader('a', 0)).toEqual({ node: 2, epoch: 7 })
  await world.runtime.settle()
  expect(names(world.broker)).toHaveLength(2)
  expect(world.client.metadata.leader('a', 0)).toEqual({ node: 2, epoch: 7 }) // the broker lags behind
})

test.each([
  ['an older epoch', { partition: 0, leader: 2, epoch: 4 }],
  ['the same epoch', { partition: 0, leader: 2, epoch: 5 }],
  ['a broker that nobody knows', { partition: 0, leader: 9, epoch: 7 }],
  ['a partition that nobody knows', { partition: 9, leader: 2, epoch: 7 }],
])('a hint with %s changes nothing', async (_, change) => {
  const world = await knowing('a')
  const { version } = world.client.metadata
  world.client.metadata.applyLeader({ topic: 'a', ...change })
  expect(world.client.metadata.version).toBe(version)
})

test('a leader on a broker that is new comes with its address', async () => {
  const world = await knowing('a')
  const broker = new FakeBroker(world.view).listen(world.network, 'broker-3:9092')
  const endpoint = { host: 'broker-3', port: 9092, rack: null }
  world.client.metadata.applyLeader({ topic: 'a', partition: 0, leader: 3, epoch: 7, endpoint })
  world.client.ready(3)
  await world.runtime.settle()
  expect(world.client.ready(3)).toBe(true)
  expect(broker.streams).toHaveLength(1)
})

test('names like __proto__ are ordinary', async () => {
  const world = await knowing('__proto__', 'constructor')
  expect(world.client.metadata.leader('__proto__', 0)).toEqual({ node: 1, epoch: 5 })
  expect(world.client.metadata.leader('constructor', 1)).toEqual({ node: 2, epoch: 6 })
  expect(world.client.metadata.topic('toString')).toBeUndefined()
})

test.each([
  ['no broker', []],
  [
    'only brokers that cannot be',
    [
      { nodeId: -5, host: 'x', port: 1 },
      { nodeId: 5, host: 'x y', port: 1 },
      { nodeId: 6, host: 'x', port: 70_000 },
      { nodeId: 7, host: '', port: 1 },
    ],
  ],
  [
    'far too many brokers',
    Array.from({ length: 10_001 }, (_, nodeId) => ({ nodeId, host: 'x', port: 1 })),
  ],
])('metadata with %s is a failure', async (_, brokers) => {
  const world = new SocketWorld()
  world.view.brokers = brokers
  await expect(Promise.all([world.client.connect(), world.runtime.settle()])).rejects.toMatchObject(
    {
      code: 'CONNECTION_FAILED',
      cause: { code: 'MALFORMED_RESPONSE' },
    },
  )
})

test('a broker with an old version has no topic ids and no epochs to rely on', async () => {
  const world = new SocketWorld()
  world.broker.versions = world.broker.versions.map((range) =>
    range.apiKey === metadataApi.key ? { ...range, maxVersion: 8 } : range,
  )
  world.view.topics.set('a', { partitions: [{ leader: 1, epoch: 9 }] })
  world.client.metadata.want('a')
  await world.connected()
  expect(world.client.metadata.topic('a')!.id).toBe(zeroUuid)
  expect(world.client.metadata.leader('a', 0)).toEqual({ node: 1, epoch: -1 })
})
