import { setTimeout as pause } from 'node:timers/promises'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { errorNumberOf } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { createProducer, type Producer } from '../../src/index.js'
import { threadMode } from '../sender-thread-mode.js'

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(2)
}

test('O17: status() is not ready before connect(), ready right after it, and closed in the end', async () => {
  await using cluster = await createEmbeddedCluster()
  const { bootstrapServers } = cluster
  const producer = createProducer({ ...threadMode, bootstrapServers })
  expect(producer.status()).toMatchObject({ ready: false, reason: 'notConnected' })
  await producer.connect()
  const status = producer.status()
  expect(status).toMatchObject({ ready: true, reason: 'ready', connectedBrokers: [0] })
  expect(status.metadataAgeMs).toBeGreaterThanOrEqual(0)
  expect(status).not.toHaveProperty('oldestPendingMs')
  await producer.close()
  expect(producer.status()).toMatchObject({ ready: false, reason: 'closed' })
})

test('O17: an outage shows within seconds although nobody sends, and so does its end', async () => {
  await using cluster = await createEmbeddedCluster()
  const { bootstrapServers } = cluster
  const [broker] = cluster.brokers
  await using producer = createProducer({ ...threadMode, bootstrapServers })
  await producer.connect()
  await broker!.stop()
  await until(() => !producer.status().ready)
  const { reason, connectedBrokers } = producer.status()
  expect({ reason, connectedBrokers }).toEqual({ reason: 'disconnected', connectedBrokers: [] })
  await broker!.start()
  await until(() => producer.status().ready)
  expect(producer.status().connectedBrokers).toEqual([0])
})

test('O17: a cluster that cannot be reached is told with the reason', async () => {
  await using producer = createProducer({ ...threadMode, bootstrapServers: 'localhost:1' })
  await expect(producer.connect()).rejects.toThrow('CONNECTION_FAILED')
  const { ready, reason, message } = producer.status()
  expect({ ready, reason }).toEqual({ ready: false, reason: 'disconnected' })
  expect(message).toContain('CONNECTION_FAILED')
})

test('brokers that are connected and answer nothing make a producer unready once a record waits for five seconds', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
  const [broker] = cluster.brokers
  await using producer = createProducer({
    ...threadMode,
    bootstrapServers: cluster.bootstrapServers,
  })
  await producer.send({ topic: 't', value: 'before' })
  broker!.pause()
  const sent = producer.send({ topic: 't', value: 'unanswered' })
  expect(producer.status().ready).toBe(true)
  await until(() => !producer.status().ready)
  const { reason, connectedBrokers, oldestPendingMs } = producer.status()
  expect({ reason, connectedBrokers }).toEqual({ reason: 'unanswered', connectedBrokers: [0] })
  expect(oldestPendingMs).toBeGreaterThanOrEqual(5_000)
  broker!.resume()
  await sent
  expect(producer.status().ready).toBe(true)
}, 20_000)

async function fencedBy(other: Producer, producer: Producer): Promise<void> {
  await producer.connect()
  const transaction = await producer.beginTransaction()
  await transaction.send({ topic: 't', value: 'v' })
  await other.connect()
  await transaction.commit().catch(() => {})
}

test('O17: a producer that is fenced is not ready for good, and its error says so', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
  const { bootstrapServers } = cluster
  const options = { ...threadMode, bootstrapServers, transactionalId: 'billing' }
  await using producer = createProducer(options)
  await using other = createProducer(options)
  await fencedBy(other, producer)
  expect(producer.status()).toMatchObject({
    ready: false,
    reason: 'fatal',
    error: { code: 'PRODUCER_FENCED' },
  })
  expect(other.status().ready).toBe(true)
})

test('a transactional id that the cluster refuses is told, until the cluster allows it', async () => {
  await using cluster = await createEmbeddedCluster()
  const { bootstrapServers } = cluster
  let refuses = true
  cluster.intercept('InitProducerId', async (call) => {
    const answer = await call.serve()
    const errorCode = errorNumberOf('TRANSACTIONAL_ID_AUTHORIZATION_FAILED')
    return refuses && answer !== null ? { ...answer, errorCode } : answer
  })
  await using producer = createProducer({
    ...threadMode,
    bootstrapServers,
    transactionalId: 'billing',
  })
  await expect(producer.connect()).rejects.toThrow('TRANSACTIONAL_ID_AUTHORIZATION_FAILED')
  expect(producer.status()).toMatchObject({
    reason: 'fatal',
    error: { code: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED' },
  })
  refuses = false
  await producer.connect()
  expect(producer.status().ready).toBe(true)
})
