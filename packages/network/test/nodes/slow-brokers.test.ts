import { metadataApi, produceApi } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { silence, type FakeBroker } from '../fake-broker.js'
import { SocketWorld } from '../socket-world.js'

const done = { responses: [], throttleTimeMs: 0 }
const isMetadata = ({ apiKey }: { apiKey: number }): boolean => apiKey === metadataApi.key

/** Lets a broker keep everything waiting, on the connections that it has now. */
function keepWaiting(broker: FakeBroker): void {
  const streams = new Set(broker.streams)
  broker.script = ({ stream }) => (streams.has(stream) ? silence : undefined)
}

function produceTo(world: SocketWorld, ...nodes: number[]): void {
  for (const node of nodes) world.produce(node)
  world.client.poll()
}

function questions({ brokers }: SocketWorld): number[] {
  return brokers.map((broker) => broker.of(metadataApi).length)
}

test('a Produce that waits for a second makes the metadata be refreshed, elsewhere, again and again', async () => {
  const world = await new SocketWorld({ brokers: 2 }).connected(1, 2)
  await world.runtime.pass(1_000)
  keepWaiting(world.brokers[1]!)
  const before = questions(world)
  produceTo(world, 2)
  await world.runtime.pass(999)
  expect(questions(world)).toEqual(before)
  await world.runtime.pass(1)
  expect(questions(world)).toEqual([before[0]! + 1, before[1]])
  await world.runtime.pass(6_000)
  expect(questions(world)).toEqual([before[0]! + 4, before[1]])
})

test('a broker that answers everything in time is asked about nothing', async () => {
  const world = await new SocketWorld().connected(1)
  world.broker.script = ({ apiKey }) => (apiKey === produceApi.key ? done : undefined)
  const before = questions(world)
  for (let count = 0; count < 50; count++) {
    produceTo(world, 1)
    await world.runtime.pass(100)
  }
  expect(questions(world)).toEqual(before)
  expect(world.network.attempts).toHaveLength(1)
})

test('while another broker can be asked there is no second connection to one that keeps a Produce waiting', async () => {
  const world = await new SocketWorld({ brokers: 2 }).connected(1)
  await world.runtime.pass(1_000)
  keepWaiting(world.broker)
  produceTo(world, 1)
  await world.runtime.pass(3_000)
  expect(world.network.attempts).toEqual(['broker-1:9092', 'broker-2:9092'])
  expect(world.client.leastLoadedNode()).toBe(2)
})

test('where every broker keeps a Produce waiting a second connection asks, until that is over', async () => {
  const world = await new SocketWorld().connected(1)
  await world.runtime.pass(1_000)
  keepWaiting(world.broker)
  produceTo(world, 1)
  await world.runtime.pass(1_000)
  expect(world.network.attempts).toEqual(['broker-1:9092', 'broker-1:9092'])
  await world.runtime.pass(6_000)
  expect(world.network.attempts).toHaveLength(2)
  expect(questions(world)[0]).toBeGreaterThan(3)
  world.broker.answer(world.broker.of(produceApi)[0]!, done)
  world.client.metadata.refresh()
  await world.runtime.pass(1_000)
  expect(world.network.open).toHaveLength(1)
  expect(world.client.connectionId(1)).toBe(1)
})

test('a second connection that cannot be had is tried after a back-off, not in a loop', async () => {
  const world = await new SocketWorld().connected(1)
  await world.runtime.pass(1_000)
  keepWaiting(world.broker)
  world.network.refuse('broker-1:9092')
  produceTo(world, 1)
  await world.runtime.pass(11_000)
  expect(world.network.attempts.length).toBeGreaterThan(5)
  expect(world.network.attempts.length).toBeLessThan(20)
})

test('a question that waits for a second is asked elsewhere, and the first answer is taken', async () => {
  const world = new SocketWorld({ brokers: 3 })
  world.view.topics.set('a', { partitions: [{ leader: 1, epoch: 5 }] })
  world.client.metadata.want('a')
  await world.connected(1, 2)
  await world.runtime.pass(1_000)
  world.runtime.random = () => 0
  keepWaiting(world.broker)
  const before = questions(world)
  world.client.metadata.refresh()
  await world.runtime.settle()
  expect(questions(world)).toEqual([before[0]! + 1, before[1], before[2]])
  const [late] = world.broker.of(metadataApi).slice(-1)
  world.view.topics.set('a', { partitions: [{ leader: 2, epoch: 6 }] })
  await world.runtime.pass(1_000)
  expect(questions(world)).toEqual([before[0]! + 1, before[1]! + 1, before[2]])
  expect(world.client.metadata.leader('a', 0)).toEqual({ node: 2, epoch: 6 })
  // What the first one says now is old: it knows neither of the new brokers nor of the topics.
  world.broker.answer(late!, {
    ...world.broker.metadata([]),
    brokers: world.view.brokers.slice(0, 1).map((broker) => ({ ...broker, rack: null })),
  })
  await world.runtime.settle()
  expect(world.client.connectionId(2)).toBeGreaterThan(0)
  expect(world.client.metadata.lastError).toBeNull()
})

test('where nobody answers, no more than three are asked', async () => {
  const world = await new SocketWorld({ brokers: 5 }).connected(1, 2, 3, 4, 5)
  await world.runtime.pass(1_000)
  for (const broker of world.brokers)
    broker.script = (request) => (isMetadata(request) ? silence : undefined)
  const before = questions(world).reduce((sum, count) => sum + count)
  world.client.metadata.refresh()
  await world.runtime.pass(20_000)
  expect(questions(world).reduce((sum, count) => sum + count) - before).toBe(3)
  expect(world.client.metadata.lastError).toBeNull()
  await world.runtime.pass(20_000)
  expect(world.client.metadata.lastError).toMatchObject({ code: 'REQUEST_TIMEOUT' })
})

test('a connection with a limit is closed once nothing has come for so long, and says why', async () => {
  const world = await new SocketWorld().connected(1)
  keepWaiting(world.broker)
  const answers = world.produce(1)
  world.client.poll()
  const connection = world.client.connectionId(1)
  world.client.closeIfSilent(connection, 2_000, 'the cluster names another leader')
  await world.runtime.pass(1_999)
  expect(answers).toEqual([])
  await world.runtime.pass(1)
  expect(answers).toMatchObject([{ error: { code: 'CONNECTION_CLOSED' }, written: true }])
  expect(answers[0]!.error!.message).toBe(
    'CONNECTION_CLOSED: broker-1:9092: it said nothing for 2000 ms, and the cluster names another leader',
  )
  expect(world.client.connectionId(1)).not.toBe(connection)
})

test('each answer gives it the full time, and the last one owed ends the limit', async () => {
  const world = await new SocketWorld().connected(1)
  const answers = world.produce(1)
  world.produce(1, -1, answers)
  world.client.poll()
  const connection = world.client.connectionId(1)
  world.client.closeIfSilent(connection, 2_000, '')
  await world.runtime.pass(900)
  const [first, second] = world.broker.of(produceApi)
  world.broker.answer(first!, done)
  world.client.closeIfSilent(connection, 2_000, '')
  await world.runtime.pass(900)
  world.broker.answer(second!, done)
  produceTo(world, 1)
  await world.runtime.pass(900)
  expect(answers).toMatchObject([{ error: null }, { error: null }])
  expect(world.client.connectionId(1)).toBe(connection)
  await world.runtime.pass(5_000)
  expect(world.client.connectionId(1)).toBe(connection)
})

test('a connection that owes nothing, or is gone, has no limit', async () => {
  const world = await new SocketWorld().connected(1)
  const connection = world.client.connectionId(1)
  world.client.closeIfSilent(connection, 100, '')
  world.client.closeIfSilent(connection + 1, 100, '')
  produceTo(world, 1)
  await world.runtime.pass(900)
  expect(world.client.connectionId(1)).toBe(connection)
})

test('a broker that has left the cluster can be closed, too', async () => {
  const world = await new SocketWorld({ brokers: 2 }).connected(1, 2)
  keepWaiting(world.brokers[1]!)
  const answers = world.produce(2)
  world.client.poll()
  const connection = world.client.connectionId(2)
  world.view.brokers.pop()
  await world.runtime.pass(500)
  world.client.metadata.refresh()
  await world.runtime.settle()
  expect(world.client.connectionId(2)).toBe(0)
  world.client.closeIfSilent(connection, 2_000, 'it is gone')
  await world.runtime.pass(2_000)
  expect(answers).toMatchObject([{ error: { code: 'CONNECTION_CLOSED' } }])
})

// F35
test('after the loop was blocked the sockets are read before a broker counts as silent', async () => {
  const world = await new SocketWorld().connected(1)
  const answers = world.produce(1)
  world.client.poll()
  await world.runtime.settle()
  world.client.closeIfSilent(world.client.connectionId(1), 2_000, '')
  const before = questions(world)
  world.runtime.block(20_000)
  expect(world.runtime.fireLateTimers()).toBe(2)
  world.broker.answer(world.broker.of(produceApi)[0]!, done)
  await world.runtime.pass(1_500)
  expect(answers).toMatchObject([{ error: null }])
  expect(questions(world)).toEqual(before)
})

test('with acks 0 a broker is slow while its socket takes nothing, and no longer', async () => {
  const world = await new SocketWorld({ brokers: 2 }).connected(1)
  const stream = world.network.streams[0]!
  stream.flushes = false
  stream.accepts = false
  world.produce(1, 0)
  world.client.poll()
  await world.runtime.pass(1_500)
  expect(world.client.nodeFailure!(1)).toMatchObject({ code: 'REQUEST_TIMEOUT' })
  stream.flush()
  stream.drain()
  await world.runtime.settle()
  expect(world.client.nodeFailure!(1)).toBeNull()
  expect(world.client.ready(1)).toBe(true)
})

test('with acks 0 what is written does not hide that a question is not answered', async () => {
  const world = await new SocketWorld({ brokers: 2 }).connected(1)
  await world.runtime.pass(1_000)
  keepWaiting(world.broker)
  world.client.metadata.refresh()
  await world.runtime.pass(900)
  world.produce(1, 0)
  world.client.poll()
  await world.runtime.pass(200)
  world.produce(1, 0)
  world.client.poll()
  await world.runtime.settle()
  expect(world.client.nodeFailure!(1)).toMatchObject({ code: 'REQUEST_TIMEOUT' })
})
