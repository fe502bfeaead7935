import { AsyncLocalStorage } from 'node:async_hooks'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { lz4 } from '@sluice/codec-lz4'
import { snappy } from '@sluice/codec-snappy'
import { createProducer } from '@sluice/producer'
import { gzip } from '@sluice/protocol/gzip'
import { zstd } from '@sluice/protocol/zstd'
import { expectAll, records, sendAll, startCluster, topic } from './cluster.js'
import { overTls } from './over-tls.js'

/** What a program may do with a producer, by a short title. Each begins with a cluster of its own. */
export const checks: Readonly<Record<string, () => Promise<void>>> = {
  send: () => sendAll({}),
  enqueue,
  stream,
  AsyncLocalStorage: stores,
  gzip: () => sendAll({}, gzip()),
  snappy: () => sendAll({}, snappy()),
  lz4: () => sendAll({}, lz4()),
  zstd: () => sendAll({}, zstd()),
  TLS: overTls,
  restart,
  transactions: () => transactions(false),
  senderThread: () => sendAll({ senderThread: true }, gzip()),
  'senderThread, transactions': () => transactions(true),
}

async function enqueue(): Promise<void> {
  await using cluster = await startCluster()
  await using producer = createProducer({ bootstrapServers: cluster.bootstrapServers })
  const errors: unknown[] = []
  for (const record of records) {
    const hasRoom = producer.enqueue(record, (error) => {
      if (error !== null) errors.push(error)
    })
    if (!hasRoom) await producer.drained()
  }
  await producer.flush()
  if (errors.length > 0) throw errors[0]
  expectAll(cluster)
}

async function stream(): Promise<void> {
  await using cluster = await startCluster()
  await using producer = createProducer({ bootstrapServers: cluster.bootstrapServers })
  await pipeline(Readable.from(records), producer.writable())
  expectAll(cluster)
}

/** What is called back is in the context of the call, and so is what follows an await. */
async function stores(): Promise<void> {
  await using cluster = await startCluster()
  await using producer = createProducer({ bootstrapServers: cluster.bootstrapServers })
  const storage = new AsyncLocalStorage<string>()
  const [awaited, calledBack] = await storage.run('of the call', async () => {
    await producer.send(records[0]!)
    const behindAwait = storage.getStore()
    const inCallback = await new Promise((resolve) => {
      producer.enqueue(records[1]!, () => resolve(storage.getStore()))
    })
    return [behindAwait, inCallback]
  })
  if (awaited !== 'of the call') throw new Error('error: the context is lost behind an await')
  if (calledBack !== 'of the call') throw new Error('error: the context is lost in a callback')
}

/** Each broker in turn is away, with its connections cut, while a part of the records is sent. */
async function restart(): Promise<void> {
  await using cluster = await startCluster()
  await using producer = createProducer({ bootstrapServers: cluster.bootstrapServers })
  await producer.connect()
  const share = Math.ceil(records.length / cluster.brokers.length)
  for (const [index, broker] of cluster.brokers.entries()) {
    await broker.stop({ keepLeaders: true })
    const part = records.slice(index * share, (index + 1) * share)
    const sent = Promise.all(part.map((record) => producer.send(record)))
    await broker.start()
    await sent
  }
  expectAll(cluster)
}

async function transactions(senderThread: boolean): Promise<void> {
  await using cluster = await startCluster()
  await using producer = createProducer({
    bootstrapServers: cluster.bootstrapServers,
    transactionalId: 'smoke',
    senderThread,
  })
  await producer.transact((transaction) => transaction.sendMany(records.slice(0, 1_000)))
  const aborted = await producer.beginTransaction()
  await aborted.send({ topic, value: 'aborted' })
  await aborted.abort()
  await producer.transact((transaction) => transaction.sendMany(records.slice(1_000)))
  const visible = cluster.records(topic, { isolation: 'read_committed' })
  if (visible.length !== records.length) throw new Error(`${visible.length} records are visible`)
}
