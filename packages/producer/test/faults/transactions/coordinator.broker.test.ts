import type { EmbeddedApiName } from '@sluice/embedded-broker'
import { brokerErrors } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { producerClock } from '../producer-clock.js'
import { failureOf, transactionalCluster, untilKnown } from './transactional-cluster.js'

const offsets = { groupId: 'g', offsets: [{ topic: 't', partition: 0, offset: 7n }] }
const record = { topic: 't', partition: 0, value: 'a' }

type Code = keyof typeof brokerErrors

/** An answer of the API whose every code is this. */
function answerWith(api: EmbeddedApiName, code: Code, request: never): unknown {
  const errorCode = brokerErrors[code][0]
  const common = { throttleTimeMs: 0, errorCode }
  if (api === 'InitProducerId') return { ...common, producerId: -1n, producerEpoch: -1 }
  if (api === 'AddPartitionsToTxn') {
    const { topics } = request as { topics: { name: string; partitions: number[] }[] }
    const resultsByTopic = topics.map(({ name, partitions }) => ({
      name,
      resultsByPartition: partitions.map((partitionIndex) => ({
        partitionIndex,
        partitionErrorCode: errorCode,
      })),
    }))
    return { throttleTimeMs: 0, resultsByTopic }
  }
  if (api !== 'TxnOffsetCommit') return common
  const { topics } = request as {
    topics: { name: string; partitions: { partitionIndex: number }[] }[]
  }
  const answered = topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
  }))
  return { throttleTimeMs: 0, topics: answered }
}

const passing: Code[] = [
  'NOT_COORDINATOR',
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'CONCURRENT_TRANSACTIONS',
]
const ofLevel: Record<number, EmbeddedApiName[]> = {
  1: ['InitProducerId', 'AddPartitionsToTxn', 'AddOffsetsToTxn', 'TxnOffsetCommit', 'EndTxn'],
  2: ['InitProducerId', 'TxnOffsetCommit', 'EndTxn'],
}

describe.each([1, 2])('with transaction.version %d', (level) => {
  const rows = ofLevel[level]!.flatMap((api) => passing.map((code) => [api, code] as const))

  test.each(rows)('F29: %s answered with %s three times is ridden out', async (api, code) => {
    await using world = await transactionalCluster({ level })
    const { cluster, producer } = world
    const failing = (call: { request: never }) => answerWith(api, code, call.request) as never
    cluster.intercept(api, failing as never, { times: 3 })
    const transaction = await producer.beginTransaction()
    await Promise.all([transaction.send(record), transaction.sendOffsets(offsets)])
    await transaction.commit()
    expect(world.committed()).toEqual(['a'])
    expect(cluster.committedOffsets('g')).toMatchObject([{ offset: 7n }])
  })

  test.each(ofLevel[level]!)(
    'F29: the connection is lost with %s unanswered, before and after it was carried out',
    async (api) => {
      await using world = await transactionalCluster({ level })
      const { cluster, producer } = world
      for (const served of [false, true]) {
        cluster.intercept(api, async (call) => (served && (await call.serve()), call.close()), {
          times: 1,
        })
        const transaction = await producer.beginTransaction()
        await transaction.send(record)
        await transaction.sendOffsets(offsets)
        await transaction.commit()
      }
      expect(world.committed()).toEqual(['a', 'a'])
    },
  )

  test('F29: both coordinators move in the middle of a transaction', async () => {
    await using world = await transactionalCluster({ level })
    const { cluster, producer } = world
    for (const broker of [0, 1, 2, 0]) {
      const transaction = await producer.beginTransaction()
      await transaction.send(record)
      cluster.moveCoordinator('transaction', 'id', broker)
      cluster.moveCoordinator('group', 'g', (broker + 1) % 3)
      await transaction.sendOffsets(offsets)
      await transaction.commit()
    }
    expect(world.committed()).toEqual(['a', 'a', 'a', 'a'])
  })

  test('T01: transactions one straight after the other, while markers are written slowly, need no pause and fail none', async () => {
    await using world = await transactionalCluster({ level })
    const { cluster, producer } = world
    let concurrent = 0
    for (let number = 0; number < 50; number++) {
      const release = cluster.holdMarkers()
      const transaction = await producer.beginTransaction()
      const sent = transaction.send(record)
      setTimeout(release, 3)
      await sent
      await transaction.commit()
      concurrent++
    }
    expect(concurrent).toBe(50)
    expect(world.written()).toHaveLength(50)
  })

  test.each([
    ['TOPIC_AUTHORIZATION_FAILED', 'AddPartitionsToTxn'],
    ['GROUP_AUTHORIZATION_FAILED', 'AddOffsetsToTxn'],
    ['GROUP_AUTHORIZATION_FAILED', 'TxnOffsetCommit'],
    ['ILLEGAL_GENERATION', 'TxnOffsetCommit'],
    ['UNKNOWN_MEMBER_ID', 'TxnOffsetCommit'],
    ['FENCED_INSTANCE_ID', 'TxnOffsetCommit'],
    ['TRANSACTION_ABORTABLE', 'AddPartitionsToTxn'],
    ['TRANSACTION_ABORTABLE', 'AddOffsetsToTxn'],
    ['TRANSACTION_ABORTABLE', 'TxnOffsetCommit'],
    ['TRANSACTION_ABORTABLE', 'EndTxn'],
  ] as const)(
    '%s of %s dooms the transaction, and after abort() the next one commits',
    async (code, api) => {
      if (!ofLevel[level]!.includes(api)) return
      await using world = await transactionalCluster({ level })
      const { cluster, producer } = world
      const failing = (call: { request: never }) => answerWith(api, code, call.request) as never
      const transaction = await producer.beginTransaction()
      cluster.intercept(api, failing as never, { times: 1 })
      const failures = await Promise.allSettled([
        transaction.send(record),
        transaction.sendOffsets(offsets),
        transaction.commit(),
      ])
      expect(failures.at(-1)).toMatchObject({ status: 'rejected', reason: { persisted: 'no' } })
      const { reason } = failures.at(-1) as PromiseRejectedResult
      expect(reason.abortable).toBe(true)
      await transaction.abort()
      await producer.transact((next) => next.send({ ...record, value: 'b' }))
      expect(world.committed()).toEqual(['b'])
    },
  )

  test('a transactional id that may not be used is told by connect(), and by the next call again', async () => {
    await using world = await transactionalCluster({ level })
    const { cluster, producer } = world
    const code = brokerErrors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED[0]
    const refusal = { throttleTimeMs: 0, errorCode: code, producerId: -1n, producerEpoch: -1 }
    cluster.intercept('InitProducerId', () => refusal, { times: 2 })
    expect(await failureOf(producer.connect())).toMatchObject({
      code: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
    })
    await failureOf(producer.beginTransaction())
    await producer.transact((transaction) => transaction.send(record))
    expect(world.committed()).toEqual(['a'])
  })
})

test('T13: a transactionTimeoutMs above the maximum of the brokers is refused at connect(), with both names', async () => {
  await using world = await transactionalCluster({ transactionTimeoutMs: 900_001 })
  const error = await failureOf(world.producer.connect())
  expect(error.code).toBe('INVALID_TRANSACTION_TIMEOUT')
  expect(error.message).toMatch(/transactionTimeoutMs \(900001\).*transaction\.max\.timeout\.ms/)
})

test('T04: an abort that failed goes on when it is called again, and so does beginTransaction()', async () => {
  const clock = producerClock()
  await using world = await transactionalCluster({ create: clock.create, maxBlockMs: 500 })
  const { cluster, producer } = world
  for (const retry of ['abort', 'begin'] as const) {
    const transaction = await clock.passDuring(producer.beginTransaction())
    await transaction.send(record)
    const isBack = cluster.intercept('EndTxn', (call) => call.close())
    const failed = await clock.passDuring(failureOf(transaction.abort()))
    expect(failed).toMatchObject({ code: 'TRANSACTION_TIMEOUT' })
    isBack()
    if (retry === 'abort') await untilKnown(() => clock.passDuring(transaction.abort()))
    const next = await untilKnown(() => clock.passDuring(producer.beginTransaction()))
    await next.send({ ...record, value: retry })
    await untilKnown(() => clock.passDuring(next.commit()))
  }
  expect(world.committed()).toEqual(['abort', 'begin'])
})
