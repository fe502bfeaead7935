import { once } from 'node:events'
import { createServer } from 'node:net'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import type { KafkaError } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../../../test/eventually.js'
import { createProducer } from '../../src/index.js'
import { silentServer } from '../fixtures/silent-server.js'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

const failureOf = (work: Promise<unknown>): Promise<KafkaError> =>
  work.then(
    () => expect.unreachable('it was to fail'),
    (error: KafkaError) => error,
  )

describe('an address without a broker', () => {
  test('fails a send within maxBlockMs, with the cause', async () => {
    const bootstrapServers = [`127.0.0.1:${await freePort()}`]
    await using producer = createProducer({ bootstrapServers, maxBlockMs: 300 })
    const error = await failureOf(producer.send({ topic: 'orders', value: 'x' }))
    expect(error).toMatchObject({ code: 'METADATA_TIMEOUT', persisted: 'no', topic: 'orders' })
    expect(error.message).toContain('within 300 ms')
    expect((error.cause as Error).message).toContain(bootstrapServers[0]!)
  })

  test('fails connect at once', async () => {
    const bootstrapServers = [`127.0.0.1:${await freePort()}`, 'nonexistent.invalid:9092']
    await using producer = createProducer({ bootstrapServers })
    const error = await failureOf(producer.connect())
    expect(error.code).toBe('CONNECTION_FAILED')
    expect(error.message).toContain('nonexistent.invalid:9092')
  })

  test('that accepts and stays silent fails a send within maxBlockMs, and connect obeys its signal', async () => {
    await using server = await silentServer()
    await using producer = createProducer({ bootstrapServers: server.address, maxBlockMs: 200 })
    const error = await failureOf(producer.send({ topic: 'orders', value: 'x' }))
    expect(error.code).toBe('METADATA_TIMEOUT')
    const reason = new Error('no patience')
    const signal = AbortSignal.abort(reason)
    await expect(producer.connect({ signal })).rejects.toMatchObject({
      code: 'ABORTED',
      name: 'AbortError',
      cause: reason,
    })
  })
})

describe('flush', () => {
  test('resolves when all records that were sent before have settled', async () => {
    await using cluster = await createEmbeddedCluster({ defaultPartitions: 3 })
    await using producer = createProducer({
      bootstrapServers: cluster.bootstrapServers,
      lingerMs: 60_000,
      deliveryTimeoutMs: 120_000,
    })
    let settled = 0
    for (let i = 0; i < 100; i++)
      void producer.send({ topic: 'slow', value: 'x' }).then(() => settled++)
    await producer.flush()
    expect(settled).toBe(100)
  })
})

describe('close', () => {
  test('flushes, then rejects what comes later, and may be called twice', async () => {
    await using cluster = await createEmbeddedCluster()
    const producer = createProducer({ bootstrapServers: cluster.bootstrapServers })
    const sent = producer.send({ topic: 'last', value: 'x' })
    await Promise.all([producer.close(), producer.close()])
    await expect(sent).resolves.toMatchObject({ offset: 0n })
    await expect(producer.send({ topic: 'last', value: 'y' })).rejects.toMatchObject({
      code: 'PRODUCER_CLOSED',
      persisted: 'no',
    })
    await eventually(() => expect(cluster.brokers[0]!.openConnections).toBe(0))
  })

  test('fails after its time-out the records that could not be sent', async () => {
    await using server = await silentServer()
    const producer = createProducer({ bootstrapServers: server.address })
    const sent = failureOf(producer.send({ topic: 'never', value: 'x' }))
    await producer.close({ timeoutMs: 50 })
    expect(await sent).toMatchObject({ code: 'PRODUCER_CLOSED', persisted: 'no' })
  })
})

describe('the signal of a send', () => {
  test('takes a record out while it waits', async () => {
    await using server = await silentServer()
    await using producer = createProducer({ bootstrapServers: server.address, maxBlockMs: 5_000 })
    const controller = new AbortController()
    const sent = failureOf(producer.send({ topic: 't', value: 'x' }, { signal: controller.signal }))
    controller.abort(new Error('enough'))
    expect(await sent).toMatchObject({
      name: 'AbortError',
      code: 'ABORTED',
      persisted: 'no',
      cause: { message: 'enough' },
    })
    await producer.close({ timeoutMs: 0 })
  })

  test('only ends the wait of the caller once the record is appended: the record is sent all the same', async () => {
    await using cluster = await createEmbeddedCluster()
    await using producer = createProducer({ bootstrapServers: cluster.bootstrapServers })
    await producer.partitionsFor('t')
    const controller = new AbortController()
    const sent = failureOf(producer.send({ topic: 't', value: 'x' }, { signal: controller.signal }))
    controller.abort()
    expect(await sent).toMatchObject({ code: 'ABORTED', persisted: 'possibly' })
    await producer.flush()
    expect(cluster.records('t')).toHaveLength(1)
  })
})

test('partitionsFor tells the partitions and their leaders', async () => {
  await using cluster = await createEmbeddedCluster({
    brokers: 3,
    topics: { orders: { partitions: 4 } },
  })
  await using producer = createProducer({ bootstrapServers: cluster.bootstrapServers })
  const partitions = await producer.partitionsFor('orders')
  expect(partitions.map(({ partition }) => partition)).toEqual([0, 1, 2, 3])
  expect(new Set(partitions.map(({ leader }) => leader)).size).toBe(3)
})
