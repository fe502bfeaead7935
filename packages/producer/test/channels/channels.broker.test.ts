import { AsyncLocalStorage } from 'node:async_hooks'
import { channel, tracingChannel } from 'node:diagnostics_channel'
import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test, vi } from 'vitest'
import { createProducer, type Producer, type ProducerOptions } from '../../src/index.js'
import { threadMode } from '../sender-thread-mode.js'
import { listen, messagesOf, tracesOf } from './listeners.js'

const topics = { orders: { partitions: 1 } }

function producerOf(
  { bootstrapServers }: Pick<EmbeddedCluster, 'bootstrapServers'>,
  options: Partial<ProducerOptions> = {},
): Producer {
  return createProducer({ ...threadMode, clientId: 'shop', bootstrapServers, ...options })
}

const source = { clientId: 'shop', producer: expect.any(Number) as number }

test('each channel tells of a send: the record, its batch, the requests, the connections and the metadata', async () => {
  await using cluster = await createEmbeddedCluster({ topics })
  const sends = messagesOf('sluice:send').messages
  const batches = messagesOf('sluice:batch').messages
  const requests = messagesOf('sluice:request').messages
  const connections = messagesOf('sluice:connection').messages
  const metadata = messagesOf('sluice:metadata').messages
  const producer = producerOf(cluster)
  await producer.send({ topic: 'orders', key: 'secret', value: 'secret' })
  await producer.close()
  const record = { ...source, topic: 'orders', partition: 0, errorCode: null }
  expect(sends).toEqual([{ ...record, offset: 0n, durationMs: expect.any(Number) as number }])
  expect(batches).toMatchObject([{ ...record, records: 1, attempts: 1, action: 'acknowledge' }])
  expect(requests.filter(({ api }) => api === 'Produce')).toMatchObject([
    { ...source, errorCode: null },
  ])
  expect(new Set(connections.map(({ state }) => state))).toContain('ready')
  expect(metadata.at(-1)).toMatchObject({ ...source, topics: 1 })
  const numbers = [...sends, ...batches, ...requests, ...connections, ...metadata]
  expect(new Set(numbers.map(({ producer: number }) => number)).size).toBe(1)
})

test('a Produce request is traced from its begin to its end by one context', async () => {
  await using cluster = await createEmbeddedCluster({ topics })
  const { told } = tracesOf('sluice:produce')
  const producer = producerOf(cluster)
  await producer.send({ topic: 'orders', value: 'v' })
  await producer.close()
  expect(told.map(([event]) => event)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
  expect(new Set(told.map(([, context]) => context)).size).toBe(1)
  const [, context] = told[0]!
  expect(context).toMatchObject({ ...source, records: 1, id: 1 })
  expect(context.result!.at).toBeGreaterThanOrEqual(context.at)
})

test('a Produce request whose connection is lost tells of an error', async () => {
  await using cluster = await createEmbeddedCluster({ topics })
  const { told } = tracesOf('sluice:produce')
  const producer = producerOf(cluster)
  cluster.intercept('Produce', (call) => call.close(), { times: 1 })
  await producer.send({ topic: 'orders', value: 'v' })
  await producer.close()
  const errors = told.filter(([event]) => event === 'error')
  expect(errors).toMatchObject([['error', { error: { name: 'KafkaError' } }]])
})

test('a send is traced in the context of its caller, and subscribers of its start add headers', async () => {
  await using cluster = await createEmbeddedCluster({ topics })
  const request = new AsyncLocalStorage<string>()
  const span = new AsyncLocalStorage<string>()
  const seen: unknown[] = []
  const { start } = tracingChannel('sluice:send')
  start.bindStore(span, () => {
    seen.push(request.getStore())
    return 'span'
  })
  listenToStart((context) => Object.assign(context.headers, { traceparent: 'new' }))
  const producer = producerOf(cluster)
  const headers = { Traceparent: 'old', other: 'kept' }
  await request.run('a request', () => producer.send({ topic: 'orders', value: 'v', headers }))
  start.unbindStore(span)
  await producer.close()
  expect(seen).toEqual(['a request'])
  const [record] = cluster.records('orders')
  expect(record!.headers.map(([name, value]) => [name, String(value)])).toEqual([
    ['other', 'kept'],
    ['traceparent', 'new'],
  ])
})

function listenToStart(listener: (context: { headers: object }) => void): void {
  const { told } = tracesOf('sluice:send')
  const push = told.push.bind(told)
  told.push = (...all) => {
    for (const [event, context] of all) if (event === 'start') listener(context)
    return push(...all)
  }
}

test('a record that is refused ends its trace with an error, and the error channel tells its code', async () => {
  await using cluster = await createEmbeddedCluster({ topics })
  const { told } = tracesOf('sluice:send')
  const errors = messagesOf('sluice:error').messages
  const sends = messagesOf('sluice:send').messages
  const producer = producerOf(cluster)
  await expect(producer.send({ topic: 'orders', value: 'v', partition: 7 })).rejects.toThrow(
    'INVALID_PARTITION',
  )
  await producer.close()
  expect(told.map(([event]) => event)).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd'])
  const error = { name: 'KafkaError', code: 'INVALID_PARTITION', message: 'INVALID_PARTITION' }
  expect(told[0]![1].error).toEqual(error)
  const failure = { ...source, errorCode: 'INVALID_PARTITION', topic: 'orders' }
  expect(errors).toMatchObject([{ ...failure, records: 1, persisted: 'no', fatal: false }])
  expect(sends).toMatchObject([{ ...failure, offset: -1n }])
})

test('transactions are told and traced: one is committed, one is aborted', async () => {
  await using cluster = await createEmbeddedCluster({ topics })
  const { messages } = messagesOf('sluice:transaction')
  const { told } = tracesOf('sluice:transaction')
  const sends = messagesOf('sluice:send').messages
  const producer = producerOf(cluster, { transactionalId: 'shop-1' })
  await producer.transact((tx) => tx.send({ topic: 'orders', value: 'v' }))
  const second = await producer.beginTransaction()
  await second.abort()
  await producer.close()
  expect(messages.map(({ transaction, state }) => [transaction, state])).toEqual([
    [1, 'begun'],
    [1, 'committed'],
    [2, 'begun'],
    [2, 'aborted'],
  ])
  expect(told.map(([event, { transaction }]) => `${event} ${transaction}`)).toEqual([
    'start 1',
    'end 1',
    'asyncStart 1',
    'asyncEnd 1',
    'start 2',
    'end 2',
    'asyncStart 2',
    'asyncEnd 2',
  ])
  expect(told.at(-1)![1].result).toBe('aborted')
  expect(sends).toHaveLength(1)
})

test('a subscriber that comes late hears what comes after, and one that leaves hears no more', async () => {
  await using cluster = await createEmbeddedCluster({ topics })
  const producer = producerOf(cluster)
  await producer.send({ topic: 'orders', value: 'before' })
  const batches = messagesOf('sluice:batch')
  const sends = messagesOf('sluice:send')
  await producer.send({ topic: 'orders', value: 'heard' })
  await producer.flush()
  expect(sends.messages).toMatchObject([{ offset: 1n }])
  expect(batches.messages).toHaveLength(1)
  batches.stop()
  sends.stop()
  await producer.send({ topic: 'orders', value: 'after' })
  await producer.close()
  expect(sends.messages).toHaveLength(1)
  expect(batches.messages).toHaveLength(1)
})

test('two producers publish on the same channels, and their numbers tell them apart', async () => {
  await using cluster = await createEmbeddedCluster({ topics })
  const { messages } = messagesOf('sluice:batch')
  const [one, other] = [producerOf(cluster), producerOf(cluster)]
  await one.send({ topic: 'orders', value: 'v' })
  await other.send({ topic: 'orders', value: 'v' })
  await Promise.all([one.close(), other.close()])
  const [first, second] = messages
  expect(second!.clientId).toBe(first!.clientId)
  expect(second!.producer).toBeGreaterThan(first!.producer)
})

test('a subscriber that throws breaks nothing: its error is an uncaught exception of the process', async () => {
  await using cluster = await createEmbeddedCluster({ topics })
  const uncaught = vi.fn<(error: Error) => void>()
  const handlers = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException').on('uncaughtException', uncaught)
  try {
    for (const name of ['sluice:batch', 'sluice:send', 'sluice:request'] as const)
      listen(name, () => {
        throw new Error(`by ${name}`)
      })
    const producer = producerOf(cluster)
    for (let at = 0; at < 3; at++) await producer.send({ topic: 'orders', value: `${at}` })
    await producer.close()
  } finally {
    process.removeAllListeners('uncaughtException')
    for (const handler of handlers) process.on('uncaughtException', handler)
  }
  expect(cluster.records('orders')).toHaveLength(3)
  expect(uncaught.mock.calls.map(([error]) => String(error))).toContain('Error: by sluice:batch')
})

test('a subscriber that sends and closes in the middle harms nothing, and is not told of what it sends', async () => {
  await using cluster = await createEmbeddedCluster({ topics })
  const { told } = tracesOf('sluice:send')
  const more: Promise<unknown>[] = []
  const producer = producerOf(cluster)
  listenToStart(() => {
    const sent = producer.send({ topic: 'orders', value: 'by the subscriber' })
    more.push(sent.catch(() => {}))
  })
  const { messages: errors } = messagesOf('sluice:error')
  listen('sluice:error', () => void producer.send({ topic: 'orders', value: '' }).catch(() => {}))
  listen('sluice:batch', () => void producer.close())
  await producer.send({ topic: 'orders', value: 'v' })
  await Promise.all(more)
  await producer.close()
  await expect(producer.send({ topic: 'orders', value: 'late' })).rejects.toThrow('PRODUCER_CLOSED')
  await new Promise((resolve) => void setImmediate(resolve))
  expect(errors).toHaveLength(1)
  expect(told.filter(([event]) => event === 'start')).toHaveLength(2)
})

test('nothing is published while nobody listens', async () => {
  await using cluster = await createEmbeddedCluster({ topics })
  const names = ['send', 'batch', 'request', 'connection', 'metadata', 'transaction', 'error']
  const publishes = names.map((name) => vi.spyOn(channel(`sluice:${name}`), 'publish'))
  const runStores = vi.spyOn(tracingChannel('sluice:send').start, 'runStores')
  const producer = producerOf(cluster)
  await producer.send({ topic: 'orders', value: 'v' })
  await producer.close()
  for (const publish of publishes) expect(publish).not.toHaveBeenCalled()
  expect(runStores).not.toHaveBeenCalled()
  vi.restoreAllMocks()
})
