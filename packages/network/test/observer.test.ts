import { metadataApi, produceApi } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { observeConnection, observeRequest } from '../src/connection/observe.js'
import type {
  ConnectionEvent,
  MetadataEvent,
  NetworkObserver,
  RequestEvent,
} from '../src/observer.js'
import type { NetworkRuntime } from '../src/runtime.js'
import { plain } from '../src/sasl.js'
import { SocketWorld } from './socket-world.js'

const done = { responses: [], throttleTimeMs: 0 }

class Ear implements NetworkObserver {
  readonly requests: RequestEvent[] = []
  readonly connections: ConnectionEvent[] = []
  readonly metadatas: MetadataEvent[] = []

  request(event: RequestEvent): void {
    this.requests.push(event)
  }

  connection(event: ConnectionEvent): void {
    this.connections.push(event)
  }

  metadata(event: MetadataEvent): void {
    this.metadatas.push(event)
  }
}

test('every request is observed once it has ended: API, version, node, connection, bytes, times', async () => {
  const observer = new Ear()
  const world = await new SocketWorld({ observer }).connected(1)
  observer.requests.length = 0
  const before = world.broker.streams[0]!.writes.length
  const answers = world.produce(1)
  world.client.poll()
  await world.runtime.pass(30)
  expect(observer.requests).toEqual([])
  const [request] = world.broker.of(produceApi)
  world.broker.answer(request!, done)
  expect(answers).toHaveLength(1)
  const written = world.broker.streams[0]!.writes.slice(before).flat()
  expect(observer.requests).toEqual([
    {
      api: 'Produce',
      version: 13,
      node: 1,
      connectionId: world.client.connectionId(1),
      bytesSent: written.reduce((length, chunk) => length + chunk.length, 0),
      bytesReceived: world.broker.encode(request!, done).length,
      at: world.runtime.now(),
      durationMs: 30,
      throttleMs: 0,
      errorCode: null,
    },
  ])
})

test('the event of a request says for how long its broker asks to be sent nothing', async () => {
  const observer = new Ear()
  const world = await new SocketWorld({ observer }).connected(1)
  world.produce(1)
  world.client.poll()
  await world.runtime.settle()
  world.broker.answer(world.broker.of(produceApi)[0]!, { ...done, throttleTimeMs: 250 })
  expect(observer.requests.at(-1)).toMatchObject({ api: 'Produce', throttleMs: 250 })
})

test('the connection to a bootstrap server that turns out to be a broker is observed as that broker’s', async () => {
  const observer = new Ear()
  const world = await new SocketWorld({ observer }).connected(1)
  world.broker.streams[0]!.hangUp(new Error('reset'))
  await world.runtime.settle()
  const events = observer.connections.filter(({ connectionId }) => connectionId === 1)
  expect(events.map(({ state, node }) => [state, node])).toEqual([
    ['connecting', -1],
    ['ready', -1],
    ['identified', 1],
    ['closed', 1],
  ])
})

test('the requests of the client itself are observed, with a node below zero until the broker at the other end is known', async () => {
  const observer = new Ear()
  await new SocketWorld({ observer, sasl, allowInsecureSasl: true }).connected(1)
  expect(observer.requests.map(({ api, node }) => [api, node])).toEqual([
    ['ApiVersions', -1],
    ['SaslHandshake', -1],
    ['SaslAuthenticate', -1],
    ['Metadata', 1],
  ])
  expect(observer.requests.every(({ bytesSent }) => bytesSent > 0)).toBe(true)
})

const sasl = plain({ username: 'orders', password: 'secret' })

test('a request that gets no answer is observed with the reason, whether it was sent or not', async () => {
  const observer = new Ear()
  const world = await new SocketWorld({ observer, requestTimeoutMs: 1_000 }).connected(1)
  observer.requests.length = 0
  world.produce(1)
  world.client.poll()
  world.produce(1)
  world.produce(7)
  await world.runtime.pass(1_010)
  const events = observer.requests.filter(({ api }) => api === 'Produce')
  expect(
    events.map(({ node, errorCode, bytesReceived }) => [node, errorCode, bytesReceived]),
  ).toEqual([
    [7, 'CONNECTION_CLOSED', 0],
    [1, 'REQUEST_TIMEOUT', 0],
    [1, 'CONNECTION_CLOSED', 0],
  ])
  expect(events.map(({ version }) => version)).toEqual([-1, 13, -1])
  expect(events.map(({ bytesSent }) => bytesSent > 0)).toEqual([false, true, false])
  expect(events.map(({ durationMs }) => durationMs >= 1_000)).toEqual([false, true, false])
})

test('a request without an answer is observed once it is written', async () => {
  const observer = new Ear()
  const world = await new SocketWorld({ observer }).connected(1)
  observer.requests.length = 0
  world.produce(1, 0)
  world.client.poll()
  await world.runtime.settle()
  expect(observer.requests).toMatchObject([
    { api: 'Produce', node: 1, bytesReceived: 0, errorCode: null },
  ])
})

test('the states of a connection are observed, with its node, its features and why it was closed', async () => {
  const observer = new Ear()
  const world = new SocketWorld({ observer, brokers: 2 })
  world.brokers[1]!.features = { 'transaction.version': 2 }
  world.brokers[1]!.featuresEpoch = 1n
  await world.connected(2)
  const connectionId = world.client.connectionId(2)
  await world.runtime.pass(50)
  world.brokers[1]!.streams[0]!.hangUp(new Error('reset'))
  await world.runtime.settle()
  const about = { node: 2, connectionId, address: 'broker-2:9092' }
  const unknown = new Map()
  const features = new Map([['transaction.version', 2]])
  const events = observer.connections.filter((event) => event.connectionId === connectionId)
  const { durationMs } = events[1]!
  const at = world.runtime.now()
  const readyAt = at - 50
  expect(events).toEqual([
    {
      ...about,
      state: 'connecting',
      at: readyAt - durationMs,
      durationMs: 0,
      errorCode: null,
      features: unknown,
    },
    { ...about, state: 'ready', at: readyAt, durationMs, errorCode: null, features },
    {
      ...about,
      state: 'closed',
      at,
      durationMs: durationMs + 50,
      errorCode: 'CONNECTION_CLOSED',
      features,
    },
  ])
})

test('a connection that the client closes by itself is observed without an error', async () => {
  const observer = new Ear()
  const world = await new SocketWorld({ observer }).connected(1)
  void world.client.close()
  await world.runtime.settle()
  expect(observer.connections.at(-1)).toMatchObject({ state: 'closed', node: 1, errorCode: null })
})

test('changes of the metadata are observed with their version, and an answer that brings nothing new is not', async () => {
  const observer = new Ear()
  const world = new SocketWorld({ observer, brokers: 2 })
  world.view.topics.set('orders', { partitions: [{ leader: 1 }] })
  world.client.metadata.want('orders')
  await world.connected(1)
  const { version } = world.client.metadata
  expect(observer.metadatas.at(-1)).toEqual({ version, topics: 1, brokers: 2 })
  const before = observer.metadatas.length
  world.client.metadata.refresh()
  await world.runtime.pass(5_000)
  expect(world.broker.of(metadataApi).length + world.brokers[1]!.of(metadataApi).length).toBe(2)
  expect(observer.metadatas).toHaveLength(before)
  world.client.metadata.applyLeader({ topic: 'orders', partition: 0, leader: 2, epoch: 5 })
  expect(observer.metadatas.at(-1)).toEqual({ version: version + 1, topics: 1, brokers: 2 })
})

test('a topic that is forgotten is a change of the metadata that is observed', async () => {
  const observer = new Ear()
  const world = new SocketWorld({ observer, metadataMaxIdleMs: 1_000, metadataMaxAgeMs: 500 })
  world.view.topics.set('orders', { partitions: [{ leader: 1 }] })
  world.client.metadata.want('orders')
  await world.connected(1)
  expect(observer.metadatas.at(-1)!.topics).toBe(1)
  await world.runtime.pass(5_000)
  expect(observer.metadatas.at(-1)!.topics).toBe(0)
})

test('events are plain data that survives structuredClone', async () => {
  const observer = new Ear()
  await new SocketWorld({ observer }).connected(1)
  const { connections, metadatas, requests } = observer
  const events = [...connections, ...metadatas, ...requests]
  expect(events.length).toBeGreaterThanOrEqual(5)
  expect(structuredClone(events)).toEqual(events)
})

/** Throws at any use. */
const trap = new Proxy(
  {},
  {
    get() {
      throw new Error('it was looked at')
    },
  },
) as never

test.each<[string, NetworkObserver | undefined]>([
  ['no observer', undefined],
  ['an observer of other things', { metadata() {} }],
])(
  'with %s no event is made: neither the request nor the connection is looked at',
  (_, observer) => {
    const runtime = { ...(observer && { observer }), now: trap } as unknown as NetworkRuntime
    observeRequest(runtime, trap, trap, 1, null)
    observeConnection(runtime, trap, 'ready')
    expect(() => observeRequest({ ...runtime, observer: new Ear() }, trap, trap, 1, null)).toThrow(
      'it was looked at',
    )
  },
)

test('without an observer of requests their bytes are not counted and no clock is read for them', async () => {
  const readings = async (observer?: NetworkObserver): Promise<number> => {
    const world = await new SocketWorld(observer && { observer }).connected(1)
    const { runtime } = world
    let count = 0
    const now = runtime.now.bind(runtime)
    Object.assign(runtime, { now: () => (count++, now()) })
    world.produce(1)
    world.client.poll()
    await runtime.settle()
    world.broker.answer(world.broker.of(produceApi)[0]!, done)
    return count
  }
  const plainly = await readings()
  expect(await readings({ connection() {} })).toBe(plainly)
  expect(await readings(new Ear())).toBe(plainly + 1)
})
