import { zeroUuid } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { SenderWorld } from './sender-world.js'

const node1 = { node: 1, epoch: 5 }
const node2 = { node: 2, epoch: 5 }

test('one request carries one batch for each of the partitions that a broker leads', async () => {
  const world = new SenderWorld({ leaders: [node1, node2, node1, node2, node1] })
  world.network.up(2)
  for (const partition of [0, 1, 2, 3, 4]) world.send(partition, `p${partition}`)
  await world.settle()
  expect(world.call(1).values).toEqual(['p0', 'p2', 'p4'])
  expect(world.call(2).values).toEqual(['p1', 'p3'])
})

test('several topics share a request', async () => {
  const world = new SenderWorld()
  world.network.metadata.setTopic('invoices', [node1])
  world.send(0, 'o')
  world.send(0, 'i', 'invoices')
  await world.settle()
  expect(world.call().batches.map(({ topic, values }) => [topic, ...values])).toEqual([
    ['orders', 'o'],
    ['invoices', 'i'],
  ])
})

test('a request takes batches up to maxRequestBytes and the next request takes the rest', async () => {
  const leaders = [node1, node1, node1]
  const world = new SenderWorld({ leaders, maxRequestBytes: 1_024 })
  for (const partition of [0, 1, 2]) world.send(partition, 'x'.repeat(400))
  await world.settle()
  expect(world.calls().map(({ batches }) => batches.map((batch) => batch.partition))).toEqual([
    [0, 1],
    [2],
  ])
})

test('a batch over maxRequestBytes goes alone', async () => {
  const world = new SenderWorld({ maxRequestBytes: 1_024, batchBytes: 65_536 })
  world.send(0, 'x'.repeat(5_000))
  world.send(1, 'small')
  await world.settle()
  expect(world.calls().map(({ batches }) => batches.length)).toEqual([1, 1])
})

test('each record learns its offset', async () => {
  const world = new SenderWorld({ batchRecords: 3 })
  const sent = await world.sendAll(1, ['a', 'b', 'c'])
  world.call().ok(40n)
  expect(sent.map(({ offset }) => offset)).toEqual([40n, 41n, 42n])
  expect(sent.map(({ settled }) => settled)).toEqual([1, 1, 1])
  expect(world.released).toEqual([1])
})

test('the log append time of the broker becomes the timestamp', async () => {
  const world = new SenderWorld()
  const sent = world.send(0, 'a')
  await world.settle()
  world.call().reply({ 0: { offset: 1n, logAppendTime: 1_234_567n } })
  expect(sent.timestamp).toBe(1_234_567)
})

/** Two records with timestamps of their own in one batch, which is on its way. */
async function batchOfTwoTimes() {
  const world = new SenderWorld({ batchRecords: 2, lingerMs: 50 })
  const first = world.send(0, 'a')
  const times = [world.runtime.wallClock()]
  await world.advance(10)
  const last = world.send(0, 'b')
  times.push(world.runtime.wallClock())
  await world.settle()
  const timesTold = () => [first.timestamp, last.timestamp]
  return { world, times, timesTold, latest: BigInt(times[1]!) }
}

test('the time with which Kafka answers a repeated batch is not taken for its own', async () => {
  const { world, times, timesTold, latest } = await batchOfTwoTimes()
  world.call().fail('NETWORK_EXCEPTION', true)
  await world.advance(1_000)
  world.call().reply({ 0: { offset: 1n, logAppendTime: latest } })
  expect(timesTold()).toEqual(times)
})

test('a log append time that is by chance the latest time in the batch is told', async () => {
  const { world, timesTold, latest } = await batchOfTwoTimes()
  world.call().reply({ 0: { offset: 1n, logAppendTime: latest } })
  expect(timesTold()).toEqual([Number(latest), Number(latest)])
})

test('a log append time that is by chance the latest time in a batch is told after attempts that surely wrote nothing', async () => {
  const { world, timesTold, latest } = await batchOfTwoTimes()
  world.call().refuse('NOT_ENOUGH_REPLICAS')
  await world.advance(1_000)
  world.call().fail('NETWORK_EXCEPTION', false)
  await world.advance(1_000)
  world.call().reply({ 0: { offset: 1n, logAppendTime: latest } })
  expect(timesTold()).toEqual([Number(latest), Number(latest)])
})

test('a log append time of its own is told of a repeated batch, too', async () => {
  const { world, timesTold, latest } = await batchOfTwoTimes()
  world.call().fail('NETWORK_EXCEPTION', true)
  await world.advance(1_000)
  world.call().reply({ 0: { offset: 1n, logAppendTime: latest + 7n } })
  expect(timesTold()).toEqual([Number(latest) + 7, Number(latest) + 7])
})

test('a busy broker is sent full batches, and a batch that was due only because a turn ended goes on filling', async () => {
  const world = await busyWorld()
  world.send(2, 'fills on')
  await world.settle()
  expect(world.onTheWay).toEqual([['first'], ['second']])
  await world.sendAll(2, ['2', '3'])
  expect(world.onTheWay).toEqual([['first'], ['second'], ['fills on', '2', '3']])
})

test('a batch that was due goes as soon as its broker is no longer busy', async () => {
  const world = await busyWorld()
  await world.sendAll(2, ['a', 'b'])
  world.calls()[0]!.ok()
  await world.settle()
  expect(world.onTheWay).toEqual([['second'], ['a', 'b']])
})

/** Two requests are on their way to the one broker. */
async function busyWorld(): Promise<SenderWorld> {
  const world = new SenderWorld({ batchRecords: 3, leaders: [node1, node1, node1] })
  world.send(0, 'first')
  await world.settle()
  world.send(1, 'second')
  await world.settle()
  return world
}

test('a broker that takes no more keeps nobody else waiting', async () => {
  const world = new SenderWorld({ leaders: [node1, node2] })
  world.network.up(2)
  world.network.mute(1, true)
  world.send(0, 'waits')
  world.send(1, 'goes')
  await world.settle()
  expect(world.onTheWay).toEqual([['goes']])
  world.network.mute(1, false)
  await world.settle()
  expect(world.call(1).values).toEqual(['waits'])
})

test('a leader without a connection is connected to, and served once it is', async () => {
  const world = new SenderWorld({ leaders: [node2] })
  world.send(0, 'a')
  await world.settle()
  expect(world.network.connectsTo).toContain(2)
  world.network.up(2)
  await world.settle()
  expect(world.call(2).values).toEqual(['a'])
})

test('a partition without a leader asks for metadata and goes when there is one', async () => {
  const world = new SenderWorld()
  world.network.metadata.setLeader('orders', 0, null)
  world.send(0, 'a')
  await world.settle()
  expect(world.network.metadata.refreshes).toBeGreaterThan(0)
  expect(world.calls()).toEqual([])
  world.network.metadata.setLeader('orders', 0, node1)
  world.network.changed()
  await world.settle()
  expect(world.call().values).toEqual(['a'])
})

test('a topic that vanishes from the metadata for a while keeps its records and its sequence', async () => {
  const world = new SenderWorld()
  await world.openGate()
  world.network.metadata.forget('orders')
  world.send(0, 'a')
  await world.settle()
  expect(world.calls()).toEqual([])
  world.network.metadata.setTopic('orders', [node1, node1])
  world.network.changed()
  await world.settle()
  expect(world.call().batches[0]).toMatchObject({ values: ['a'], epoch: 0, sequence: 1 })
})

test('acks 0 is settled without offset when the bytes are out, one batch a partition at a time', async () => {
  const world = new SenderWorld({ acks: 0 })
  const sent = await world.sendAll(0, ['a', 'b'])
  expect(world.onTheWay).toEqual([['a']])
  expect(world.call()).toMatchObject({ expectsAnswer: false, request: { acks: 0 } })
  world.call().flushed()
  await world.settle()
  expect(sent.map(({ offset, error }) => [offset, error])).toEqual([
    [-1n, null],
    [null, null],
  ])
  world.call().flushed()
  expect(sent[1]!.offset).toBe(-1n)
  expect(world.released).toEqual([1, 2])
})

test('acks 1 carries no producer id, asks for none, and sends one batch a partition at a time', async () => {
  const world = new SenderWorld({ acks: 1, holdIdentity: true })
  const sent = await world.sendAll(0, ['a', 'b', 'c'])
  const call = world.call()
  expect(call).toMatchObject({ expectsAnswer: true, request: { acks: 1 } })
  expect(call.batches[0]).toMatchObject({ producerId: -1n, epoch: -1, sequence: -1 })
  call.ok(7n)
  await world.settle()
  expect(world.onTheWay).toEqual([['b']])
  expect(sent[0]!.offset).toBe(7n)
  expect(world.network.identityCalls).toEqual([])
})

test('acks 1 repeats a batch before it sends the next one', async () => {
  const world = new SenderWorld({ acks: 1 })
  await world.sendAll(0, ['a', 'b'])
  world.call().fail('CONNECTION_CLOSED', true)
  await world.settle()
  expect(world.calls()).toEqual([])
  await world.advance(100)
  expect(world.onTheWay).toEqual([['a']])
})

test('acks all and the request time-out are in the request', async () => {
  const world = new SenderWorld({ requestTimeoutMs: 12_345 })
  await world.sendAll(0, ['a'])
  expect(world.call().request).toMatchObject({ acks: -1, timeoutMs: 12_345, transactionalId: null })
})

test('without a topic id the request is of the last version that has names', async () => {
  const world = new SenderWorld()
  world.network.metadata.setTopic('orders', [node1], zeroUuid)
  await world.sendAll(0, ['a'])
  const call = world.call()
  expect([call.version, call.request.topicData[0]!.name]).toEqual([12, 'orders'])
  call.ok(3n)
  expect(world.settled.map(({ offset }) => offset)).toEqual([3n])
})

test('an old broker is asked by topic name', async () => {
  const world = new SenderWorld()
  world.network.produceVersion = 9
  await world.sendAll(0, ['a'])
  expect(world.call().request.topicData[0]!.name).toBe('orders')
  world.call().ok(3n)
  expect(world.settled.map(({ offset }) => offset)).toEqual([3n])
})

test('nothing happens while there is nothing to do', async () => {
  const world = new SenderWorld()
  await world.openGate()
  const { polls } = world.network
  await world.advance(3_600_000)
  expect(world.network.polls - polls).toBeLessThan(5)
})

test('the longest delivery time-out, from a late hour on, does not make the loop spin', async () => {
  const world = new SenderWorld({ deliveryTimeoutMs: 2 ** 31 - 1 })
  await world.advance(60_000)
  world.network.mute(1, true)
  world.send(0, 'a')
  await world.settle()
  const { polls } = world.network
  await world.advance(1_000)
  expect(world.network.polls - polls).toBeLessThan(5)
})
