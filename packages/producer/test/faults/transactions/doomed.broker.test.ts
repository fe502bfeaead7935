import { produceError } from '@sluice/embedded-broker'
import { describe, expect, test } from 'vitest'
import type { Transaction } from '../../../src/index.js'
import { producerClock } from '../producer-clock.js'
import { failureOf, transactionalCluster, untilKnown } from './transactional-cluster.js'

const record = (value: string, partition = 0) => ({ topic: 't', partition, value })

/** Ways in which a record fails on this side, un-awaited. */
const locally: [string, (transaction: Transaction) => void][] = [
  ['is too large', (tx) => void tx.send({ ...record('x'.repeat(2_000_000)) })],
  ['names no partition that there is', (tx) => void tx.send(record('a', 99))],
  ['is no record', (tx) => void tx.send({ topic: 't', value: 7 as never })],
  ['is too large, in a list', (tx) => void tx.sendMany([record('a'), record('x'.repeat(2e6))])],
  ['is too large, enqueued', (tx) => void tx.enqueue(record('x'.repeat(2_000_000)))],
  [
    'is too large, with a callback',
    (tx) => void tx.enqueue(record('x'.repeat(2_000_000)), () => {}),
  ],
  ['is aborted by its signal', (tx) => void tx.send(record('a'), { signal: AbortSignal.abort() })],
]

/** What brokers answer to a batch for good. */
const refusals = [
  'INVALID_RECORD',
  'TOPIC_AUTHORIZATION_FAILED',
  'INVALID_TXN_STATE',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'UNKNOWN_PRODUCER_ID',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'TRANSACTION_ABORTABLE',
  'MESSAGE_TOO_LARGE',
] as const

describe.each([1, 2])('with transaction.version %d', (level) => {
  test.each(locally)('T08: commit() rejects where one record %s', async (_, failing) => {
    await using world = await transactionalCluster({ level })
    const { producer } = world
    const transaction = await producer.beginTransaction()
    transaction.enqueue(record('good'))
    failing(transaction)
    const error = await failureOf(transaction.commit())
    expect(error).toMatchObject({ code: 'TRANSACTION_ABORTABLE', persisted: 'no' })
    expect(error.cause).toMatchObject({ name: expect.stringMatching(/Error$/) })
    expect(await failureOf(transaction.send(record('b')))).toMatchObject({ persisted: 'no' })
    await transaction.abort()
    await producer.transact((next) => next.send(record('next')))
    expect(world.committed()).toEqual(['next'])
  })

  test.each(refusals)('F31: %s of one batch dooms the transaction, not the next', async (code) => {
    await using world = await transactionalCluster({ level })
    const { cluster, producer } = world
    const transaction = await producer.beginTransaction()
    await transaction.send(record('first'))
    cluster.intercept('Produce', produceError(code), { times: 1 })
    const sends = [record('a'), record('b', 1), record('c', 2)].map((one) => transaction.send(one))
    const settled = await Promise.allSettled(sends)
    expect(settled.some(({ status }) => status === 'rejected')).toBe(true)
    expect(await failureOf(transaction.commit())).toMatchObject({ persisted: 'no' })
    await transaction.abort()
    for (const value of ['x', 'y']) {
      const next = await producer.beginTransaction()
      await next.sendMany([0, 1, 2].map((partition) => record(value, partition)))
      await next.commit()
    }
    expect(world.committed()).toEqual(['x', 'y', 'x', 'y', 'x', 'y'])
  })

  test('CONCURRENT_TRANSACTIONS of a Produce is ridden out', async () => {
    await using world = await transactionalCluster({ level })
    world.cluster.intercept('Produce', produceError('CONCURRENT_TRANSACTIONS'), {
      times: 4,
    })
    await world.producer.transact((transaction) => transaction.send(record('a')))
    expect(world.committed()).toEqual(['a'])
  })

  test('a Produce whose answer is lost is repeated, and its record is there once', async () => {
    await using world = await transactionalCluster({ level })
    world.cluster.intercept('Produce', async (call) => (await call.serve(), call.close()), {
      times: 2,
    })
    await world.producer.transact((transaction) => transaction.send(record('a')))
    expect(world.written()).toEqual(['a'])
  })

  test('an expired record dooms the transaction, and nothing of it is visible', async () => {
    const clock = producerClock()
    const times = { requestTimeoutMs: 200, deliveryTimeoutMs: 400 }
    await using world = await transactionalCluster({ level, create: clock.create, ...times })
    const { cluster, producer } = world
    const transaction = await producer.beginTransaction()
    await transaction.send(record('a'))
    const isBack = cluster.intercept('Produce', (call) => call.hang())
    const expired = failureOf(transaction.send(record('b')))
    expect(await clock.passDuring(expired)).toMatchObject({
      code: 'DELIVERY_TIMEOUT',
      persisted: 'possibly',
    })
    isBack()
    await clock.passDuring(failureOf(transaction.commit()))
    await clock.passDuring(transaction.abort())
    await clock.passDuring(producer.transact((next) => next.send(record('c'))))
    expect(world.committed()).toEqual(['c'])
  })

  test('abort() rejects what is not acknowledged yet, which is surely not committed, and keeps its order', async () => {
    await using world = await transactionalCluster({ level })
    const transaction = await world.producer.beginTransaction()
    const ended: string[] = []
    for (let number = 0; number < 500; number++)
      transaction.enqueue(record(`${number}`), (error) => {
        if (error !== null) expect(error.persisted).toBe('no')
        ended.push(`${number}`)
      })
    await transaction.abort()
    expect(ended).toEqual(Array.from({ length: 500 }, (_, number) => `${number}`))
    expect(world.committed()).toEqual([])
  })
})

// Under version 1 topics go by name, and nothing tells one from the other.
test('a topic that is deleted and created again in a transaction dooms it', async () => {
  await using world = await transactionalCluster()
  const { cluster, producer } = world
  const transaction = await producer.beginTransaction()
  await transaction.send(record('a'))
  cluster.deleteTopic('t')
  cluster.createTopic('t', { partitions: 3 })
  const failed = await failureOf(transaction.send(record('b')).then(() => transaction.commit()))
  expect(['TOPIC_RECREATED', 'TRANSACTION_ABORTABLE', 'UNKNOWN_TOPIC_ID']).toContain(failed.code)
  await transaction.abort()
  await producer.transact((next) => next.send(record('c')))
  expect(world.committed()).toEqual(['c'])
})

test('T09: all callbacks have run when commit() or abort() resolves', async () => {
  await using world = await transactionalCluster()
  for (const end of ['commit', 'abort'] as const) {
    const transaction = await world.producer.beginTransaction()
    let told = 0
    for (let number = 0; number < 10_000; number++)
      transaction.enqueue(record(`${number}`, number % 3), () => void told++)
    await transaction[end]()
    expect(told).toBe(10_000)
  }
  expect(world.committed()).toHaveLength(10_000)
})

test('T10: flush() in a transaction waits for acknowledgements, not for the commit, and tx.flush() tells of a failure', async () => {
  await using world = await transactionalCluster()
  const { cluster, producer } = world
  const transaction = await producer.beginTransaction()
  for (let number = 0; number < 100; number++) transaction.enqueue(record(`${number}`))
  await producer.flush()
  expect(world.written()).toHaveLength(100)
  expect(world.committed()).toHaveLength(0)
  await transaction.flush()
  cluster.intercept('Produce', produceError('INVALID_RECORD'), { times: 1 })
  transaction.enqueue(record('bad'))
  expect(await failureOf(transaction.flush())).toMatchObject({ code: 'INVALID_RECORD' })
  await transaction.abort()
})

test('T18: records of an aborted transaction are in the log, and read_committed does not read them', async () => {
  await using world = await transactionalCluster()
  const transaction = await world.producer.beginTransaction()
  await transaction.send(record('a'))
  await transaction.abort()
  expect([world.written(), world.committed()]).toEqual([['a'], []])
})

test('T20: markers take offsets, which are told as they are', async () => {
  await using world = await transactionalCluster()
  const offsets: bigint[] = []
  for (let number = 0; number < 3; number++) {
    const { offset } = await world.producer.transact((tx) => tx.send(record(`${number}`)))
    offsets.push(offset)
  }
  expect(offsets).toEqual([0n, 2n, 4n])
})

test('T22: transact() rejects with the error of the work though abort fails, too, and works again later', async () => {
  const clock = producerClock()
  await using world = await transactionalCluster({ create: clock.create, maxBlockMs: 500 })
  const { cluster, producer } = world
  const mine = new Error('mine')
  const isBack = cluster.intercept('EndTxn', (call) => call.close())
  const failed = producer.transact(async (transaction) => {
    await transaction.send(record('a'))
    void transaction.send(record('x'.repeat(2_000_000)))
    throw mine
  })
  expect(await clock.passDuring(failureOf(failed))).toBe(mine)
  expect(mine.cause).toMatchObject({ code: 'TRANSACTION_TIMEOUT' })
  isBack()
  const next = await untilKnown(() => clock.passDuring(producer.beginTransaction()))
  await next.send(record('b'))
  await untilKnown(() => clock.passDuring(next.commit()))
  expect(world.committed()).toEqual(['b'])
})

test('an empty transaction sends nothing, committed or aborted', async () => {
  await using world = await transactionalCluster()
  const { cluster, producer } = world
  await producer.connect()
  for (const end of ['commit', 'abort'] as const) {
    const transaction = await producer.beginTransaction()
    await transaction[end]()
  }
  const ends = cluster.brokers.map((broker) => broker.requestCount('EndTxn'))
  expect(ends).toEqual([0, 0, 0])
})
