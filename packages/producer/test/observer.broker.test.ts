import type { SealedEvent } from '@sluice/accumulator'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import type { ConnectionEvent, MetadataEvent, RequestEvent } from '@sluice/network'
import type { BatchEvent } from '@sluice/sender'
import { expect, test } from 'vitest'
import { createProducer } from '../src/index.js'
import { threadMode } from './sender-thread-mode.js'

test('an observer of a producer is told of its requests, connections, metadata and batches', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { orders: { partitions: 1 } } })
  const requests: RequestEvent[] = []
  const connections: ConnectionEvent[] = []
  const metadata: MetadataEvent[] = []
  const sealed: SealedEvent[] = []
  const batches: BatchEvent[] = []
  const observer = {
    sealed: (event: SealedEvent) => void sealed.push(event),
    batch: (event: BatchEvent) => void batches.push(event),
    request: (event: RequestEvent) => void requests.push(event),
    connection: (event: ConnectionEvent) => void connections.push(event),
    metadata: (event: MetadataEvent) => void metadata.push(event),
  }
  const producer = createProducer({
    ...threadMode,
    bootstrapServers: cluster.bootstrapServers,
    observer,
  })
  await producer.send({ topic: 'orders', value: 'v' })
  await producer.close()
  const produced = requests.filter(({ api }) => api === 'Produce')
  expect(produced).toMatchObject([{ errorCode: null }])
  const states = new Set(connections.map(({ state }) => state))
  expect(states).toEqual(new Set(['connecting', 'ready', 'identified', 'closed']))
  expect(metadata.at(-1)).toMatchObject({ topics: 1 })
  expect(sealed).toMatchObject([{ topic: 'orders', partition: 0, records: 1 }])
  expect(batches).toMatchObject([{ topic: 'orders', partition: 0, records: 1, errorCode: null }])
})

test('a producer delivers its records though its observer throws at every event', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { orders: { partitions: 1 } } })
  const errors: string[] = []
  const logger = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (line: string) => void errors.push(line),
  }
  const fail = (): never => {
    throw new Error('disk full')
  }
  const { bootstrapServers } = cluster
  const observer = { request: fail, connection: fail, metadata: fail, batch: fail, sealed: fail }
  const producer = createProducer({ ...threadMode, bootstrapServers, logger, observer })
  for (let i = 0; i < 3; i++) await producer.send({ topic: 'orders', value: `${i}` })
  await producer.close()
  expect(cluster.records('orders')).toHaveLength(3)
  expect(errors.filter((line) => line.includes("observer's request failed"))).toHaveLength(1)
})
