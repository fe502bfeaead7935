import { describe, expect, test } from 'vitest'
import { failureOf, transactionalCluster, untilKnown } from './transactional-cluster.js'

const record = (value: string, partition = 0) => ({ topic: 't', partition, value })

describe.each([1, 2])('with transaction.version %d', (level) => {
  test('a commit while 10 000 records are queued and the coordinator moves commits all of them', async () => {
    await using world = await transactionalCluster({ level })
    const { cluster, producer } = world
    const transaction = await producer.beginTransaction()
    for (let number = 0; number < 10_000; number++)
      transaction.enqueue(record(`${number}`, number % 3))
    let moves = 0
    cluster.intercept(
      'Produce',
      () => {
        const { length } = cluster.brokers
        cluster.moveCoordinator('transaction', 'id', ++moves % length)
        cluster.moveLeader('t', moves % 3, moves % length)
      },
      { times: 12 },
    )
    await untilKnown(() => transaction.commit())
    expect(moves).toBeGreaterThan(0)
    expect(world.committed()).toHaveLength(10_000)
  })

  test.each(['commit', 'abort'] as const)(
    'calls of the transaction from a callback while its %s is under way are refused, and the end comes about',
    async (end) => {
      await using world = await transactionalCluster({ level })
      const { producer } = world
      const transaction = await producer.beginTransaction()
      const codes = new Set<string>()
      const note = (work: Promise<unknown>): void =>
        void work.catch((error: { code: string }) => codes.add(error.code))
      for (let number = 0; number < 50; number++)
        transaction.enqueue(record(`${number}`), () => {
          note(transaction.send(record('late')))
          note(
            transaction.sendOffsets({
              groupId: 'g',
              offsets: [{ topic: 't', partition: 0, offset: 1n }],
            }),
          )
          note(transaction.commit())
          note(transaction.abort())
          note(producer.beginTransaction())
        })
      await transaction[end]()
      await new Promise((resolve) => setImmediate(resolve))
      expect([...codes].toSorted()).toEqual(['ILLEGAL_STATE'])
      await producer.transact((next) => next.send(record('next', 1)))
      expect(world.committed()).toHaveLength(end === 'commit' ? 51 : 1)
    },
  )

  test.each(['open', 'committing', 'aborting', 'beginning', 'doomed'] as const)(
    'close() while a transaction is %s ends, and leaves nothing torn',
    async (state) => {
      await using world = await transactionalCluster({ level })
      const { producer } = world
      const begun = producer.beginTransaction()
      const settled: Promise<unknown>[] = [begun.catch(() => {})]
      if (state !== 'beginning') {
        const transaction = await begun
        settled.push(...[0, 1, 2].map((at) => transaction.send(record('a', at)).catch(() => {})))
        if (state === 'doomed') settled.push(failureOf(transaction.send(record('x'.repeat(2e6)))))
        if (state === 'committing') settled.push(transaction.commit().catch(() => {}))
        if (state === 'aborting') settled.push(transaction.abort().catch(() => {}))
      }
      await producer.close()
      await Promise.all(settled)
      await world.another().connect()
      expect([0, 3]).toContain(world.committed().length)
    },
  )
})
