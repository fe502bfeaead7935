import type { Interceptor } from '@sluice/embedded-broker'
import { brokerErrors } from '@sluice/protocol'
import { manualClock } from '@sluice/protocol/testing'
import { describe, expect, test } from 'vitest'
import { producerClock } from '../producer-clock.js'
import { failureOf, transactionalCluster, untilKnown } from './transactional-cluster.js'

type EndTxn = Interceptor<'EndTxn'>

const lost: [string, EndTxn, number][] = [
  ['request is lost once', (call) => call.close(), 1],
  ['answer is lost once', async (call) => (await call.serve(), call.close()), 1],
  ['answer is lost three times', async (call) => (await call.serve(), call.close()), 3],
  [
    'answer is an unknown error, though it was carried out',
    async (call) => (await call.serve(), { throttleTimeMs: 0, errorCode: -1 }),
    2,
  ],
  [
    'answer comes from a coordinator that moves',
    () => ({ throttleTimeMs: 0, errorCode: brokerErrors.NOT_COORDINATOR[0] }),
    2,
  ],
  [
    'answer comes from a coordinator that loads',
    () => ({ throttleTimeMs: 0, errorCode: brokerErrors.COORDINATOR_LOAD_IN_PROGRESS[0] }),
    2,
  ],
]

describe.each([1, 2])('with transaction.version %d', (level) => {
  test.each(lost)(
    'F30: a commit whose %s is repeated, resolves once it is known, and tears nothing',
    async (_, interceptor, times) => {
      await using world = await transactionalCluster({ level })
      const { cluster, producer } = world
      const first = await producer.beginTransaction()
      await first.sendMany([0, 1, 2].map((partition) => ({ topic: 't', partition, value: 'a' })))
      cluster.intercept('EndTxn', interceptor, { times })
      await first.commit()
      expect(world.committed()).toEqual(['a', 'a', 'a'])
      const second = await producer.beginTransaction()
      await second.send({ topic: 't', partition: 0, value: 'b' })
      await second.abort()
      const third = await producer.beginTransaction()
      await third.send({ topic: 't', partition: 0, value: 'c' })
      await third.commit()
      expect(world.committed().toSorted()).toEqual(['a', 'a', 'a', 'c'])
    },
  )

  test.each(lost)(
    'F30: an abort whose %s is repeated, and what follows commits',
    async (_, interceptor, times) => {
      await using world = await transactionalCluster({ level })
      const { cluster, producer } = world
      const first = await producer.beginTransaction()
      await first.send({ topic: 't', partition: 0, value: 'a' })
      cluster.intercept('EndTxn', interceptor, { times })
      await first.abort()
      const second = await producer.beginTransaction()
      await second.send({ topic: 't', partition: 0, value: 'b' })
      await second.commit()
      expect(world.committed()).toEqual(['b'])
      expect(world.written()).toEqual(['a', 'b'])
    },
  )

  test.each([true, false])(
    'F30: an EndTxn that is held up until the next transaction has begun does not end that one (commit: %s)',
    async (commit) => {
      await using world = await transactionalCluster({ level, requestTimeoutMs: 300 })
      const { cluster, producer } = world
      const first = await producer.beginTransaction()
      await first.send({ topic: 't', partition: 0, value: 'a' })
      let late!: () => Promise<unknown>
      cluster.intercept(
        'EndTxn',
        (call) => {
          late = () => call.serve()
          return call.hang()
        },
        { times: 1 },
      )
      await (commit ? first.commit() : first.abort())
      const second = await producer.beginTransaction()
      await second.send({ topic: 't', partition: 0, value: 'b' })
      await late()
      await second.send({ topic: 't', partition: 1, value: 'c' })
      expect(world.committed()).toEqual(commit ? ['a'] : [])
      await second.commit()
      expect(world.committed()).toEqual(commit ? ['a', 'b', 'c'] : ['b', 'c'])
    },
  )

  test('F30: nothing is visible before its commit has resolved, and a commit that takes longer than maxBlockMs can be awaited again', async () => {
    const clock = producerClock()
    const { create } = clock
    await using world = await transactionalCluster({ level, create, maxBlockMs: 500 })
    const { cluster, producer } = world
    const transaction = await producer.beginTransaction()
    await transaction.send({ topic: 't', partition: 0, value: 'a' })
    let answer!: () => void
    const held = new Promise<void>((resolve) => {
      answer = resolve
    })
    cluster.intercept('EndTxn', () => held, { times: 1 })
    const unknown = await clock.passDuring(failureOf(transaction.commit()))
    expect(unknown).toMatchObject({ code: 'TRANSACTION_TIMEOUT', persisted: 'possibly' })
    expect(unknown.retriable).toBe(true)
    expect(await failureOf(transaction.abort())).toMatchObject({ code: 'ILLEGAL_STATE' })
    expect(world.committed()).toEqual([])
    answer()
    await untilKnown(() => clock.passDuring(transaction.commit()))
    expect(world.committed()).toEqual(['a'])
  })

  test('F33: a transaction that the coordinator has aborted rejects its commit, and the next one works', async () => {
    await using world = await transactionalCluster({ level })
    const { cluster, producer } = world
    const first = await producer.beginTransaction()
    await first.send({ topic: 't', partition: 0, value: 'a' })
    cluster.timeOutTransaction('id')
    const error = await failureOf(first.commit())
    expect(error).toMatchObject({ code: 'TRANSACTION_ABORTABLE', persisted: 'no' })
    expect(error.message).toMatch(/transactionTimeoutMs \(60000\)/)
    await first.abort()
    await producer.transact((second) => second.send({ topic: 't', partition: 0, value: 'b' }))
    expect(world.committed()).toEqual(['b'])
  })

  test('F33: abort() of what the coordinator has aborted resolves', async () => {
    await using world = await transactionalCluster({ level })
    const first = await world.producer.beginTransaction()
    await first.send({ topic: 't', partition: 0, value: 'a' })
    world.cluster.timeOutTransaction('id')
    await first.abort()
    await world.producer.transact((second) => second.send({ topic: 't', partition: 0, value: 'b' }))
    expect(world.committed()).toEqual(['b'])
  })

  test('F33: a transaction that really takes too long fails its next record, and the next transaction works', async () => {
    const clock = manualClock()
    const { now, setTimeout, clearTimeout } = clock
    const runtime = { now, setTimeout, clearTimeout, wallClock: Date.now }
    await using world = await transactionalCluster({ level, runtime, transactionTimeoutMs: 300 })
    const { producer } = world
    const first = await producer.beginTransaction()
    await first.send({ topic: 't', partition: 0, value: 'a' })
    clock.advance(600)
    const error = await failureOf(first.send({ topic: 't', partition: 0, value: 'late' }))
    expect(error).toMatchObject({ persisted: 'no' })
    expect(error.abortable).toBe(true)
    await first.abort()
    await producer.transact((second) => second.send({ topic: 't', partition: 0, value: 'b' }))
    expect(world.committed()).toEqual(['b'])
  })
})
