import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import type { Transaction } from '../../src/index.js'
import { good, tooLarge, TransactionalStand } from '../transactions/transactional-stand.js'
import { ToldInterceptor } from './told-interceptor.js'

async function begun(): Promise<{
  stand: TransactionalStand
  told: ToldInterceptor
  tx: Transaction
}> {
  const told = new ToldInterceptor()
  const stand = new TransactionalStand({ interceptors: [told] })
  return { stand, told, tx: await stand.producer.beginTransaction() }
}

test('records of a transaction are told of before its commit resolves', async () => {
  const { stand, told, tx } = await begun()
  void tx.send(good)
  void tx.sendMany([good, good])
  tx.enqueue(good)
  const commit = tx.commit().then(() => told.ends.length)
  await stand.settle()
  stand.paced.acknowledge()
  await stand.settle()
  expect(await commit).toBe(4)
  expect(told.ends).toEqual(Array.from({ length: 4 }, () => 'acknowledged t 0'))
})

test('a record that is refused dooms the transaction, awaited or not, and is told of', async () => {
  const { stand, told, tx } = await begun()
  void tx.send(tooLarge)
  void tx.sendMany([good, { topic: 't' } as never])
  const { error } = await stand.settled(tx.commit())
  expect(error).toMatchObject({
    code: 'TRANSACTION_ABORTABLE',
    cause: { code: 'RECORD_TOO_LARGE' },
  })
  expect(told.ends.toSorted()).toEqual([
    'RECORD_TOO_LARGE t -1',
    'TRANSACTION_ABORTABLE t -1',
    'TRANSACTION_ABORTABLE t -1',
  ])
})

test('an enqueue with what is no callback dooms the transaction, is counted, and is told of once', async () => {
  const { stand, told, tx } = await begun()
  expect(() => tx.enqueue(good, 'no callback' as never)).toThrow('onDelivery is of type string')
  expect(stand.producer.metrics().recordErrors).toEqual({ INVALID_ARGUMENT: 1 })
  const { error } = await stand.settled(tx.commit())
  expect(error).toMatchObject({
    code: 'TRANSACTION_ABORTABLE',
    cause: { code: 'INVALID_ARGUMENT' },
  })
  expect(told.ends).toEqual(['INVALID_ARGUMENT t -1'])
})

test('records that an abort fails are told of once', async () => {
  const { stand, told, tx } = await begun()
  void tx.send(good)
  tx.enqueue(good)
  await stand.settle()
  const abort = tx.abort()
  await stand.settle()
  await abort
  expect(told.ends).toEqual(['ABORTED t -1', 'ABORTED t -1'])
})

test('records of a fenced producer, after the end, and outside of a transaction are told of once', async () => {
  const { stand, told, tx } = await begun()
  void tx.send(good)
  await stand.settle()
  stand.paced.refuse(new KafkaError('PRODUCER_FENCED', 'told by the test', { persisted: 'no' }))
  await stand.settle()
  void tx.send(good)
  expect(() => tx.enqueue(good)).toThrow(KafkaError)
  await stand.producer.send(good).catch(() => {})
  await stand.settle()
  expect(told.ends.map((end) => end.split(' ')[0])).toEqual([
    'PRODUCER_FENCED',
    'PRODUCER_FENCED',
    'PRODUCER_FENCED',
    'ILLEGAL_STATE',
  ])
})

test('the work of transact sends records that interceptors see', async () => {
  const told = new ToldInterceptor()
  const stand = new TransactionalStand({ interceptors: [told] })
  const done = stand.producer.transact(async (tx) => void tx.send(good))
  await stand.settle()
  stand.paced.acknowledge()
  await stand.settle()
  await done
  expect(told.ends).toEqual(['acknowledged t 0'])
})
