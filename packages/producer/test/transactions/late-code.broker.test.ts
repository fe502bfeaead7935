import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { expect, onTestFinished, test, vi } from 'vitest'

const code = '../../src/transactions/producer-transactions.js'

/** The first transactional producer of a process: no code of transactions is loaded. */
async function firstProducer() {
  vi.resetModules()
  onTestFinished(() => void vi.resetModules())
  const { createProducer } = await import('../../src/index.js')
  const cluster = await createEmbeddedCluster({ topics: { orders: { partitions: 1 } } })
  onTestFinished(() => cluster.close())
  const { bootstrapServers } = cluster
  const producer = createProducer({ bootstrapServers, transactionalId: 'late' })
  onTestFinished(() => producer.close())
  return producer
}

test('the first transactional producer of a process transacts at once', async () => {
  const producer = await firstProducer()
  const sent = producer.transact((tx) => tx.send({ topic: 'orders', value: 'paid' }))
  expect(producer.status().ready).toBe(false)
  await expect(sent).resolves.toMatchObject({ topic: 'orders', offset: 0n })
})

test('a producer that is closed before its code is loaded begins no transaction', async () => {
  const producer = await firstProducer()
  const begun = producer.beginTransaction()
  const closed = producer.close()
  await expect(begun).rejects.toMatchObject({ code: 'PRODUCER_CLOSED' })
  await closed
})

test('of two calls that wait for the code the second one is refused, as it would be later', async () => {
  const producer = await firstProducer()
  const first = producer.beginTransaction()
  await expect(producer.beginTransaction()).rejects.toMatchObject({ code: 'ILLEGAL_STATE' })
  await (await first).abort()
})

test('where the code cannot be loaded each call says so, and the producer closes', async () => {
  vi.doMock(code, () => {
    throw new Error('no such file')
  })
  onTestFinished(() => vi.doUnmock(code))
  const producer = await firstProducer()
  await expect(producer.connect()).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  await expect(producer.beginTransaction()).rejects.toThrow(
    /transactionalId: the code of transactions cannot be loaded: .*; deploy all files of @sluice\/producer/,
  )
  await producer.close()
})
