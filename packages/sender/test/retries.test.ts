import { expect, test } from 'vitest'
import { partitionResponse } from './produce-call.js'
import { SenderWorld } from './sender-world.js'

const node2 = { node: 2, epoch: 6 }

test('a retry has the same bytes, header included', async () => {
  const world = new SenderWorld({ batchRecords: 2 })
  await world.sendAll(0, ['a', 'b'])
  const [before] = world.call().batches
  world.call().fail('CONNECTION_CLOSED', true)
  await world.advance(100)
  const [after] = world.call().batches
  expect(after!.bytes.equals(before!.bytes)).toBe(true)
})

test('batches that failed are repeated in order, one at a time', async () => {
  const world = new SenderWorld()
  await world.openGate()
  await world.sendAll(0, ['1', '2', '3'])
  const sequences = world.calls().map(({ batches }) => batches[0]!.sequence)
  world.network.down(1)
  world.network.up(1)
  await world.advance(100)
  const again: number[] = []
  for (const value of ['1', '2', '3']) {
    expect(world.onTheWay).toEqual([[value]])
    again.push(world.call().batches[0]!.sequence)
    world.call().ok()
    await world.settle()
  }
  expect(again).toEqual(sequences)
})

test('a new batch does not overtake one that waits for its retry', async () => {
  const world = new SenderWorld()
  await world.sendAll(0, ['1'])
  world.call().refuse('NOT_ENOUGH_REPLICAS')
  await world.sendAll(0, ['2'])
  expect(world.calls()).toEqual([])
  await world.advance(100)
  expect(world.onTheWay).toEqual([['1']])
})

test('the pause before a retry doubles up to its limit', async () => {
  const world = new SenderWorld({ retryBackoffMs: 100, retryBackoffMaxMs: 350 })
  await world.sendAll(0, ['a'])
  const pauses: number[] = []
  for (let attempt = 0; attempt < 5; attempt++) {
    world.call().refuse('NOT_ENOUGH_REPLICAS')
    const refusedAt = world.runtime.now()
    while (world.calls().length === 0) await world.advance(1)
    pauses.push(world.runtime.now() - refusedAt)
  }
  expect(pauses).toEqual([100, 200, 350, 350, 350])
})

test('the pause before a retry is spread by a fifth either way', async () => {
  const pauses = new Set<number>()
  for (let seed = 0; seed < 40; seed++) {
    const world = new SenderWorld({ seed, jitter: true })
    await world.sendAll(0, ['a'])
    world.call().refuse('NOT_ENOUGH_REPLICAS')
    const refusedAt = world.runtime.now()
    while (world.calls().length === 0) await world.advance(1)
    pauses.add(world.runtime.now() - refusedAt)
  }
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(80)
  expect(Math.max(...pauses)).toBeLessThanOrEqual(121)
  expect(pauses.size).toBeGreaterThan(10)
})

test('what never left this machine is no attempt and waits for no back-off', async () => {
  const world = new SenderWorld({ deliveryTimeoutMs: 500 })
  const sent = await world.sendAll(0, ['a'])
  world.network.down(1, false)
  world.network.up(1)
  await world.settle()
  expect(world.onTheWay).toEqual([['a']])
  world.network.down(1, false)
  await world.advance(500)
  expect(sent[0]!.error).toMatchObject({
    code: 'DELIVERY_TIMEOUT',
    persisted: 'no',
    attempts: 0,
  })
})

test('what never left this machine waits for no back-off, however often it was tried before', async () => {
  const world = new SenderWorld()
  await world.sendAll(0, ['a'])
  world.call().refuse('NOT_ENOUGH_REPLICAS')
  await world.advance(100)
  world.call().fail('CONNECTION_CLOSED', false)
  await world.settle()
  expect(world.onTheWay).toEqual([['a']])
  world.call().refuse('NOT_ENOUGH_REPLICAS')
  await world.advance(199)
  expect(world.calls()).toEqual([])
  await world.advance(1)
  expect(world.onTheWay).toEqual([['a']])
})

test('NOT_LEADER_OR_FOLLOWER moves only the partition that it was said of, after fresh metadata was asked for', async () => {
  const world = new SenderWorld()
  world.network.up(2)
  world.send(0, 'moves')
  const stays = world.send(1, 'stays')
  await world.settle()
  const { refreshes } = world.network.metadata
  world.call(1).reply({ 0: { code: 'NOT_LEADER_OR_FOLLOWER' } }, { offset: 3n })
  expect(stays.offset).toBe(3n)
  expect(world.network.metadata.refreshes).toBeGreaterThan(refreshes)
  await world.settle()
  expect(world.calls()).toEqual([])
  world.network.metadata.setLeader('orders', 0, node2)
  world.network.changed()
  await world.settle()
  expect(world.call(2).values).toEqual(['moves'])
})

test('a leader named in the answer is applied and tried at once, with the same bytes', async () => {
  const world = new SenderWorld()
  world.network.up(2)
  world.send(0, 'a')
  await world.settle()
  const bytes = world.call(1).batches[0]!.bytes
  const call = world.call(1)
  call.respond({
    responses: [
      {
        name: '',
        topicId: call.request.topicData[0]!.topicId,
        partitionResponses: [
          partitionResponse(0, { code: 'NOT_LEADER_OR_FOLLOWER', leader: node2 }),
        ],
      },
    ],
    throttleTimeMs: 0,
    nodeEndpoints: [{ nodeId: 2, host: 'b2', port: 9_092, rack: null }],
  })
  expect(world.network.metadata.hints).toEqual([
    {
      topic: 'orders',
      partition: 0,
      leader: 2,
      epoch: 6,
      endpoint: { nodeId: 2, host: 'b2', port: 9_092, rack: null },
    },
  ])
  await world.settle()
  expect(world.call(2).batches[0]!.bytes.equals(bytes)).toBe(true)
})

test('without news of the leader a retry waits for its back-off', async () => {
  const world = new SenderWorld()
  await world.sendAll(0, ['a'])
  world.call().refuse('NOT_LEADER_OR_FOLLOWER', { leader: { node: 1, epoch: 5 } })
  await world.settle()
  expect(world.calls()).toEqual([])
  await world.advance(100)
  expect(world.onTheWay).toEqual([['a']])
})

test.each([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNKNOWN_TOPIC_ID',
  'KAFKA_STORAGE_ERROR',
  'CORRUPT_MESSAGE',
  'LEADER_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'THROTTLING_QUOTA_EXCEEDED',
] as const)('%s is retried', async (code) => {
  const world = new SenderWorld()
  const sent = await world.sendAll(0, ['a'])
  world.call().refuse(code)
  await world.advance(100)
  world.call().ok(8n)
  expect(sent[0]).toMatchObject({ settled: 1, offset: 8n })
})

test('an answer that lacks a partition leaves its batch to be sent again', async () => {
  const world = new SenderWorld()
  const missing = world.send(0, 'missing')
  const there = world.send(1, 'there')
  await world.settle()
  const { request } = world.call()
  const [{ name, topicId }] = request.topicData as [(typeof request.topicData)[0]]
  const partitionResponses = [partitionResponse(1, { offset: 9n })]
  world.call().respond({
    responses: [{ name, topicId, partitionResponses }],
    throttleTimeMs: 0,
    nodeEndpoints: [],
  })
  expect([there.offset, missing.settled]).toEqual([9n, 0])
  await world.advance(100)
  expect(world.onTheWay).toEqual([['missing']])
})

test('a batch that no answer speaks of may have been written', async () => {
  const world = new SenderWorld({ deliveryTimeoutMs: 1_000 })
  const sent = await world.sendAll(0, ['a'])
  world.call().respond({ responses: [], throttleTimeMs: 0, nodeEndpoints: [] })
  world.network.mute(1, true)
  await world.advance(1_000)
  expect(sent[0]!.error).toMatchObject({ code: 'DELIVERY_TIMEOUT', persisted: 'possibly' })
})

test('partitions nobody asked about, or named twice, are logged and ignored', async () => {
  const world = new SenderWorld()
  const sent = world.send(0, 'a')
  const other = world.send(1, 'waits for its own answer')
  await world.settle()
  const call = world.call()
  const { topicId } = call.request.topicData[0]!
  call.respond({
    responses: [
      {
        name: '',
        topicId,
        partitionResponses: [
          partitionResponse(0, { offset: 5n }),
          partitionResponse(0, { code: 'INVALID_RECORD' }),
          partitionResponse(7, { offset: 5n }),
        ],
      },
      {
        name: '',
        topicId: 'ffffffff-0000-4000-8000-000000000000',
        partitionResponses: [partitionResponse(1, { offset: 5n })],
      },
    ],
    throttleTimeMs: 0,
    nodeEndpoints: [],
  })
  expect([sent.settled, sent.offset, other.settled]).toEqual([1, 5n, 0])
  expect(world.runtime.logged).toEqual([
    { level: 'warn', message: expect.stringContaining('Broker 1 answered for 3 partitions') },
  ])
})

test('a broker that answers each request for partitions not asked about is told of once, then counted', async () => {
  const world = new SenderWorld()
  for (let at = 0; at < 100; at++) {
    await world.sendAll(0, ['a'])
    const call = world.call()
    const { topicId } = call.request.topicData[0]!
    const partitionResponses = [0, 7].map((partition) =>
      partitionResponse(partition, { offset: 5n }),
    )
    const responses = [{ name: '', topicId, partitionResponses }]
    call.respond({ responses, throttleTimeMs: 0, nodeEndpoints: [] })
  }
  const line = 'Broker 1 answered for 1 partitions that it was not asked about.'
  expect(world.runtime.logged.map(({ message }) => message)).toEqual([
    line,
    `${line} (10 times)`,
    `${line} (100 times)`,
  ])
})

test('a topic that got another id in the meantime still finds its answer', async () => {
  const world = new SenderWorld()
  const sent = await world.sendAll(0, ['a'])
  const node1 = { node: 1, epoch: 0 }
  world.network.metadata.setTopic('orders', [node1, node1], 'aaaaaaaa-0000-4000-8000-000000000000')
  world.call().ok(4n)
  expect(sent[0]!.offset).toBe(4n)
})

test('records settle in the order of sending, whatever the order of the answer', async () => {
  const world = new SenderWorld()
  for (const partition of [0, 1]) world.send(partition, `p${partition}`)
  await world.settle()
  const call = world.call()
  const { topicId } = call.request.topicData[0]!
  const partitionResponses = [1, 0].map((index) => partitionResponse(index, { offset: 0n }))
  call.respond({
    responses: [{ name: '', topicId, partitionResponses }],
    throttleTimeMs: 0,
    nodeEndpoints: [],
  })
  expect(world.settled.map(({ value }) => value)).toEqual(['p0', 'p1'])
})

test('a rejected batch fails alone, at once, with what the broker said', async () => {
  const world = new SenderWorld()
  const bad = world.send(0, 'bad')
  const good = world.send(1, 'good')
  await world.settle()
  const { refreshes } = world.network.metadata
  world.call().reply({ 0: { code: 'INVALID_RECORD', message: 'no\nkey' } }, { offset: 2n })
  expect(good.offset).toBe(2n)
  expect(bad.error).toMatchObject({
    code: 'INVALID_RECORD',
    persisted: 'no',
    topic: 'orders',
    partition: 0,
    attempts: 1,
    cause: { code: 'INVALID_RECORD' },
  })
  expect(bad.error!.message).toMatch(/rejected by broker 1 at attempt 1: .*no.*key/)
  expect(bad.error!.message).not.toContain('\n')
  expect(world.released.toSorted((a, b) => a - b)).toEqual([1, 2])
  expect(world.network.metadata.refreshes).toBe(refreshes)
})

test('an answer that is a number and no more is told as the sentence of its error', async () => {
  const world = new SenderWorld()
  const sent = await world.sendAll(0, ['a'])
  world.call().refuse('TOPIC_AUTHORIZATION_FAILED')
  const { message, cause } = sent[0]!.error!
  expect(message).toBe(
    'TOPIC_AUTHORIZATION_FAILED: rejected by broker 1 at attempt 1: Not authorized for this topic',
  )
  expect((cause as Error).message).toBe(
    'TOPIC_AUTHORIZATION_FAILED: Not authorized for this topic (broker 1)',
  )
})

test.each([
  ['UNKNOWN_SERVER_ERROR', 'possibly'],
  ['TOPIC_AUTHORIZATION_FAILED', 'no'],
  ['MESSAGE_TOO_LARGE', 'no'],
  ['INVALID_REQUIRED_ACKS', 'no'],
] as const)('%s fails the batch, persisted: %s', async (code, persisted) => {
  const world = new SenderWorld()
  const sent = await world.sendAll(0, ['a'])
  world.call().refuse(code)
  expect(sent[0]!.error).toMatchObject({ code, persisted })
})

test.each([
  ['NETWORK_EXCEPTION', 'possibly'],
  ['REQUEST_TIMED_OUT', 'possibly'],
  ['NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'possibly'],
  ['NOT_ENOUGH_REPLICAS', 'no'],
  ['NOT_LEADER_OR_FOLLOWER', 'no'],
  ['UNKNOWN_TOPIC_OR_PARTITION', 'no'],
  ['KAFKA_STORAGE_ERROR', 'no'],
] as const)('a batch that times out after %s, persisted: %s', async (code, persisted) => {
  const world = new SenderWorld({ deliveryTimeoutMs: 1_000 })
  const sent = await world.sendAll(0, ['a'])
  world.call().refuse(code)
  world.network.mute(1, true)
  await world.advance(1_000)
  expect(sent[0]!.error).toMatchObject({ code: 'DELIVERY_TIMEOUT', persisted })
})

test('a batch that may have been written stays so, whatever is answered later', async () => {
  const world = new SenderWorld()
  const sent = await world.sendAll(0, ['a'])
  world.call().refuse('REQUEST_TIMED_OUT')
  await world.advance(100)
  world.call().refuse('MESSAGE_TOO_LARGE')
  expect(sent[0]!.error).toMatchObject({
    code: 'MESSAGE_TOO_LARGE',
    persisted: 'possibly',
    attempts: 2,
  })
})

test('a request that could not be encoded fails what is in it, unsent', async () => {
  const world = new SenderWorld()
  const sent = await world.sendAll(0, ['a'])
  world.call().fail('UNSUPPORTED_VERSION', false)
  expect(sent[0]!.error).toMatchObject({ code: 'UNSUPPORTED_VERSION', persisted: 'no' })
  expect(sent[0]!.error!.message).toBe('UNSUPPORTED_VERSION: not sent: made up')
})

test('any failure of the connection after a byte was written leaves the batch unsure', async () => {
  const world = new SenderWorld()
  const sent = await world.sendAll(0, ['a'])
  world.call().fail('SASL_AUTHENTICATION_FAILED', true)
  expect(sent[0]!.error).toMatchObject({ persisted: 'possibly', broker: 1 })
  expect(sent[0]!.error!.message).toBe('SASL_AUTHENTICATION_FAILED: not acknowledged: made up')
})

test('DUPLICATE_SEQUENCE_NUMBER is a success without offset', async () => {
  const world = new SenderWorld()
  const sent = await world.sendAll(0, ['a'])
  world.call().refuse('DUPLICATE_SEQUENCE_NUMBER', { offset: 77n })
  expect(sent[0]).toMatchObject({ settled: 1, error: null, offset: -1n })
})

test('a batch is given up with its last failure once it was sent again as often as retries permits', async () => {
  const world = new SenderWorld({ retries: 2 })
  const [sent] = await world.sendAll(0, ['a'])
  for (let attempt = 0; attempt < 3; attempt++) {
    expect(sent!.settled).toBe(0)
    world.call().refuse('NOT_ENOUGH_REPLICAS')
    await world.advance(1_000)
  }
  expect(sent).toMatchObject({ settled: 1 })
  expect(sent!.error).toMatchObject({ code: 'NOT_ENOUGH_REPLICAS', attempts: 3, persisted: 'no' })
  expect(world.calls()).toEqual([])
})

test('a batch whose answer was lost is possibly written when retries permits no other attempt, and the next batch goes on', async () => {
  const world = new SenderWorld({ retries: 0 })
  const [first] = await world.sendAll(0, ['a'])
  world.call().fail('CONNECTION_CLOSED', true)
  await world.advance(1_000)
  expect(first!.error).toMatchObject({ code: 'CONNECTION_CLOSED', persisted: 'possibly' })
  const [next] = await world.sendAll(0, ['b'])
  await world.advance(1_000)
  world.call().ok()
  await world.settle()
  expect(next).toMatchObject({ settled: 1, error: null })
})
