import { initProducerIdApi, metadataApi, produceApi } from '@sluice/protocol'
import { expect, test } from 'vitest'
import type { Answer } from '../../src/network-client.js'
import { SocketWorld } from '../socket-world.js'

const done = { responses: [], throttleTimeMs: 0 }

function codes(answers: readonly Answer<unknown>[]): (string | null)[] {
  return answers.map(({ error }) => error?.code ?? null)
}

test('all that was queued leaves in one vectored write, and nothing is copied together', async () => {
  const world = await new SocketWorld().connected(1)
  const stream = world.broker.streams[0]!
  const before = stream.writes.length
  for (let count = 0; count < 3; count++) world.produce(1)
  world.client.poll()
  world.client.poll()
  expect(stream.writes.length - before).toBe(1)
  expect(stream.writes.at(-1)!.length).toBeGreaterThanOrEqual(3)
  await world.runtime.settle()
  expect(world.broker.of(produceApi)).toHaveLength(3)
})

test('the records of a request are written as they are, not copied', async () => {
  const world = await new SocketWorld().connected(1)
  const records = new Uint8Array(100)
  world.client.send(
    1,
    {
      api: produceApi,
      build: () => ({
        transactionalId: null,
        acks: -1,
        timeoutMs: 1,
        topicData: [{ name: 't', partitionData: [{ index: 0, records: [records] }] }],
      }),
      maxVersion: 12,
      expectsAnswer: true,
    },
    () => {},
  )
  world.client.poll()
  const chunks = world.broker.streams[0]!.writes.at(-1)!
  expect(chunks.some((chunk) => chunk.buffer === records.buffer)).toBe(true)
})

test('a node is ready until maxInFlight requests are unanswered', async () => {
  const world = await new SocketWorld({ maxInFlight: 2 }).connected(1)
  world.produce(1)
  expect(world.client.ready(1)).toBe(true)
  world.produce(1)
  expect(world.client.ready(1)).toBe(false)
  expect(world.client.inFlight(1)).toBe(2)
  world.client.poll()
  await world.runtime.settle()
  world.broker.answer(world.broker.of(produceApi)[0]!, done)
  expect(world.client.inFlight(1)).toBe(1)
  expect(world.client.ready(1)).toBe(true)
})

test('a node is not ready while its socket is full, and its drain is told', async () => {
  const world = await new SocketWorld().connected(1)
  const stream = world.broker.streams[0]!
  stream.accepts = false
  world.produce(1)
  world.client.poll()
  expect(world.client.ready(1)).toBe(false)
  await world.runtime.settle()
  const before = world.changes
  stream.drain()
  await world.runtime.settle()
  expect(world.client.ready(1)).toBe(true)
  expect(world.changes).toBe(before + 1)
})

test('a time-out closes the connection: the late one gets REQUEST_TIMEOUT, the rest CONNECTION_CLOSED', async () => {
  const world = await new SocketWorld({ requestTimeoutMs: 1_000 }).connected(1)
  const answers = world.produce(1)
  world.client.poll()
  await world.runtime.pass(500)
  world.produce(1, -1, answers)
  world.client.poll()
  world.produce(1, -1, answers)
  await world.runtime.pass(499)
  expect(answers).toEqual([])
  await world.runtime.pass(5)
  expect(codes(answers)).toEqual(['REQUEST_TIMEOUT', 'CONNECTION_CLOSED', 'CONNECTION_CLOSED'])
  expect(answers.map((answer) => 'written' in answer && answer.written)).toEqual([
    true,
    true,
    false,
  ])
  expect(answers[0]!.error!.message).toContain(
    'broker-1:9092 did not answer Produce within 1000 ms',
  )
  expect(answers[1]!.error!.cause).toMatchObject({ code: 'REQUEST_TIMEOUT' })
  expect(world.broker.streams[0]!.closed).toBe(true)
  expect(world.client.connectionId(1)).toBe(0)
})

test('one timer watches all requests of a connection', async () => {
  const world = await new SocketWorld().connected(1)
  world.produce(1)
  world.client.poll()
  const timers = world.runtime.pendingTimers
  for (let count = 0; count < 4; count++) {
    world.produce(1)
    world.client.poll()
  }
  expect(world.runtime.pendingTimers).toBe(timers)
})

test('each request has its full time, although one timer serves them all', async () => {
  const world = await new SocketWorld({ requestTimeoutMs: 1_000 }).connected(1)
  const answers = world.produce(1)
  world.client.poll()
  await world.runtime.pass(900)
  world.broker.answer(world.broker.of(produceApi)[0]!, done)
  world.produce(1, -1, answers)
  world.client.poll()
  await world.runtime.pass(990)
  expect(codes(answers)).toEqual([null])
  await world.runtime.pass(20)
  expect(codes(answers)).toEqual([null, 'REQUEST_TIMEOUT'])
})

// F35: timers run before sockets are read, so a block of the loop looks like a silent broker.
test('a timer that fires late lets the socket be read before it judges', async () => {
  const world = await new SocketWorld({ requestTimeoutMs: 1_000 }).connected(1)
  const answers = world.produce(1)
  world.client.poll()
  await world.runtime.settle()
  const answer = world.broker.encode(world.broker.of(produceApi)[0]!, done)
  world.runtime.block(30_000)
  expect(world.runtime.fireLateTimers()).toBe(2)
  // The poll phase comes only now.
  world.broker.streams[0]!.deliver(answer)
  await world.runtime.pass(10)
  expect(codes(answers)).toEqual([null])
  expect(world.broker.streams[0]!.closed).toBe(false)
})

test('answers are given only when the stream is closed, for until then it may read the bytes', async () => {
  const world = await new SocketWorld({ requestTimeoutMs: 1_000 }).connected(1)
  const stream = world.broker.streams[0]!
  stream.closes = false
  const answers = world.produce(1)
  world.client.poll()
  await world.runtime.pass(1_100)
  expect(stream.destroyed).toBe(true)
  expect(world.client.ready(1)).toBe(false)
  expect(answers).toEqual([])
  stream.hangUp()
  expect(codes(answers)).toEqual(['REQUEST_TIMEOUT'])
})

test('a request that was never polled has not been written', async () => {
  const world = await new SocketWorld().connected(1)
  const answers = world.produce(1)
  world.broker.streams[0]!.hangUp()
  expect(answers).toMatchObject([{ error: { code: 'CONNECTION_CLOSED' }, written: false }])
})

test('a request for a node without a connection is refused, after send has returned', async () => {
  const world = await new SocketWorld().connected(1)
  const answers = world.produce(7)
  expect(answers).toEqual([])
  await world.runtime.settle()
  expect(answers).toMatchObject([{ error: { code: 'CONNECTION_CLOSED' }, written: false }])
})

test.each([
  ['a later one', 1],
  ['a foreign one', 1_000_000],
  ['a negative one', -1_000],
  ['the previous one', -1],
])('a correlation id that is not the oldest (%s) closes the connection', async (_, shift) => {
  const world = await new SocketWorld().connected(1)
  const answers = world.produce(1)
  world.produce(1, -1, answers)
  world.client.poll()
  await world.runtime.settle()
  const [first] = world.broker.of(produceApi)
  world.broker.answer({ ...first!, correlationId: first!.correlationId + shift }, done)
  await world.runtime.settle()
  expect(codes(answers)).toEqual(['CONNECTION_CLOSED', 'CONNECTION_CLOSED'])
  expect(answers[0]!.error!.cause).toMatchObject({ code: 'MALFORMED_RESPONSE' })
  expect(world.broker.streams[0]!.closed).toBe(true)
})

test('an answer that was not asked for closes the connection', async () => {
  const world = await new SocketWorld().connected(1)
  const [request] = world.broker.of(metadataApi)
  world.broker.answer(
    { ...request!, correlationId: request!.correlationId + 1 },
    world.broker.metadata([]),
  )
  await world.runtime.settle()
  expect(world.broker.streams[0]!.closed).toBe(true)
})

test('an answer that cannot be decoded closes the connection, and the request is answered once', async () => {
  const world = await new SocketWorld().connected(1)
  const answers = world.produce(1)
  world.client.poll()
  await world.runtime.settle()
  const bytes = world.broker.encode(world.broker.of(produceApi)[0]!, done)
  const cut = Buffer.from(bytes.subarray(0, bytes.length - 3))
  cut.writeInt32BE(cut.length - 4)
  world.broker.streams[0]!.deliver(cut)
  await world.runtime.settle()
  expect(answers).toMatchObject([
    { error: { code: 'CONNECTION_CLOSED', cause: { code: 'MALFORMED_RESPONSE' } } },
  ])
})

test('answers that dribble in byte by byte or come together are the same', async () => {
  const world = await new SocketWorld().connected(1)
  const answers = world.produce(1)
  for (let count = 0; count < 2; count++) world.produce(1, -1, answers)
  world.client.poll()
  await world.runtime.settle()
  const [first, ...rest] = world.broker
    .of(produceApi)
    .map((request) => world.broker.encode(request, done))
  for (const byte of first!) world.broker.streams[0]!.deliver(Uint8Array.of(byte))
  expect(codes(answers)).toEqual([null])
  world.broker.streams[0]!.deliver(Buffer.concat(rest))
  expect(codes(answers)).toEqual([null, null, null])
})

test('a request that expects no answer is answered once its bytes are out', async () => {
  const world = await new SocketWorld().connected(1)
  const stream = world.broker.streams[0]!
  stream.flushes = false
  const answers = world.produce(1, 0)
  world.client.poll()
  await world.runtime.settle()
  expect(answers).toEqual([])
  expect(world.client.inFlight(1)).toBe(1)
  stream.flush()
  expect(answers).toEqual([{ error: null, response: null, version: 13 }])
  expect(world.client.inFlight(1)).toBe(0)
})

// Event Hubs does.
test('a broker that answers acks 0 all the same does no harm', async () => {
  const world = await new SocketWorld().connected(1)
  const answers = world.produce(1, 0)
  world.produce(1, 0, answers)
  world.produce(1, -1, answers)
  world.client.poll()
  await world.runtime.settle()
  for (const request of world.broker.of(produceApi)) world.broker.answer(request, done)
  expect(codes(answers)).toEqual([null, null, null])
  expect(answers[2]!.response).not.toBeNull()
  expect(world.client.ready(1)).toBe(true)
})

test('a request that expects no answer times out when it cannot be written', async () => {
  const world = await new SocketWorld({ requestTimeoutMs: 1_000 }).connected(1)
  world.broker.streams[0]!.flushes = false
  const answers = world.produce(1, 0)
  world.client.poll()
  await world.runtime.pass(1_100)
  expect(codes(answers)).toEqual(['REQUEST_TIMEOUT'])
})

test('a write that fails closes the connection', async () => {
  const world = await new SocketWorld().connected(1)
  const stream = world.broker.streams[0]!
  stream.flushes = false
  const answers = world.produce(1)
  world.client.poll()
  stream.flush(new Error('write EPIPE'))
  await world.runtime.settle()
  expect(answers).toMatchObject([{ error: { code: 'CONNECTION_CLOSED' }, written: true }])
  expect(answers[0]!.error!.message).toContain('EPIPE')
})

test('a request whose body cannot be built fails alone', async () => {
  const world = await new SocketWorld().connected(1)
  const answers: Answer<unknown>[] = []
  const request = {
    api: initProducerIdApi,
    build: (): never => {
      throw new RangeError('no body')
    },
    expectsAnswer: true,
  }
  world.client.send(1, request, (answer) => answers.push(answer))
  world.produce(1)
  world.client.poll()
  await world.runtime.settle()
  expect(answers).toMatchObject([{ error: { code: 'INVALID_ARGUMENT' }, written: false }])
  expect(world.broker.of(produceApi)).toHaveLength(1)
  world.broker.answer(world.broker.of(produceApi)[0]!, done)
  expect(world.client.inFlight(1)).toBe(0)
})

test('requests sent from inside an answer leave in the order of their ids', async () => {
  const world = await new SocketWorld({ maxInFlight: 100 }).connected(1)
  const request = {
    api: initProducerIdApi,
    maxVersion: -1,
    build: (): never => undefined as never,
    expectsAnswer: true,
  }
  const answers: Answer<unknown>[] = []
  world.client.send(1, request, () => {
    world.produce(1, -1, answers)
    world.client.poll()
  })
  world.produce(1, -1, answers)
  world.client.poll()
  await world.runtime.settle()
  for (const seen of world.broker.of(produceApi)) world.broker.answer(seen, done)
  expect(codes(answers)).toEqual([null, null])
})

test('an answer whose listener throws does not disturb the connection', async () => {
  const world = await new SocketWorld().connected(1)
  world.client.send(
    1,
    {
      api: initProducerIdApi,
      build: () => ({ transactionalId: null, transactionTimeoutMs: 0 }),
      expectsAnswer: true,
    },
    () => {
      throw new Error('mine')
    },
  )
  const answers = world.produce(1)
  world.client.poll()
  await world.runtime.settle()
  const idAnswer = { throttleTimeMs: 0, errorCode: 0, producerId: 1n, producerEpoch: 0 }
  world.broker.answer(world.broker.of(initProducerIdApi)[0]!, idAnswer)
  world.broker.answer(world.broker.of(produceApi)[0]!, done)
  expect(codes(answers)).toEqual([null])
  expect(world.warnings).toEqual(['a listener for an answer threw: mine'])
})
