import { produceError } from '@sluice/embedded-broker'
import type { KafkaError } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import type { Transaction } from '../../../src/index.js'
import { failureOf, transactionalCluster } from './transactional-cluster.js'

const record = (value: string, partition = 0) => ({ topic: 't', partition, value })

/** With these a leader says that the producer is not the present one, or that its transaction is not open. */
const doubts = [
  'INVALID_TXN_STATE',
  'INVALID_PRODUCER_ID_MAPPING',
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_EPOCH',
  'UNKNOWN_PRODUCER_ID',
] as const

/** The ways in which a caller hears that a record has failed. */
const ways: Record<string, (tx: Transaction) => Promise<KafkaError>> = {
  send: (tx) => failureOf(tx.send(record('a'))),
  sendMany: async (tx) => {
    const { results } = await failureOf(tx.sendMany([record('a')]))
    return results![0] as KafkaError
  },
  'the callback of enqueue': (tx) =>
    new Promise((resolve) => tx.enqueue(record('a'), (error) => resolve(error!))),
}

describe.each([1, 2])('with transaction.version %d', (level) => {
  describe.each(doubts)('a leader that answers %s', (code) => {
    test.each(Object.keys(ways))(
      'dooms the transaction and not the producer, and %s says so, and what to do',
      async (way) => {
        await using world = await transactionalCluster({ level })
        const { cluster, producer } = world
        const transaction = await producer.beginTransaction()
        await transaction.send(record('first'))
        cluster.intercept('Produce', produceError(code), { times: 1 })
        const error = await ways[way]!(transaction)
        expect(error).toMatchObject({
          code: 'TRANSACTION_ABORTABLE',
          abortable: true,
          fatal: false,
          retriable: false,
          persisted: 'no',
          topic: 't',
          partition: 0,
          attempts: 1,
          cause: { code },
        })
        expect(error.message).toMatch(new RegExp(`rejected by broker \\d at attempt 1: .*${code}`))
        expect(error.message).toMatch(/transactionTimeoutMs \(60000\)/)
        expect(error.message).toMatch(/another producer with transactionalId id/)
        expect(error.message).toMatch(/abort\(\)/)
        expect(await failureOf(transaction.commit())).toMatchObject({
          code: 'TRANSACTION_ABORTABLE',
          abortable: true,
          fatal: false,
          persisted: 'no',
          cause: { code: 'TRANSACTION_ABORTABLE', cause: { code } },
        })
        expect(await failureOf(transaction.send(record('b')))).toMatchObject({ fatal: false })
        await transaction.abort()
        await producer.transact((next) => next.send(record('next')))
        expect(world.committed()).toEqual(['next'])
      },
    )
  })

  test('a leader that rejects a record of a zombie leaves it to abort() to say PRODUCER_FENCED', async () => {
    await using world = await transactionalCluster({ level })
    const zombie = await world.producer.beginTransaction()
    await zombie.send(record('lost'))
    await world.another().connect()
    expect(await failureOf(zombie.send(record('zombie')))).toMatchObject({ fatal: false })
    expect(await failureOf(zombie.commit())).toMatchObject({ abortable: true, fatal: false })
    expect(await failureOf(zombie.abort())).toMatchObject({ code: 'PRODUCER_FENCED', fatal: true })
    expect(await failureOf(zombie.send(record('late')))).toMatchObject({ code: 'PRODUCER_FENCED' })
  })
})
