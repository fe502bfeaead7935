import { AggregationTemporality } from '@opentelemetry/sdk-metrics'
import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { createProducer } from '@sluice/producer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { observeProducer } from '../src/index.js'
import { MetricsInMemory } from './metrics-in-memory.js'

let cluster: EmbeddedCluster
beforeAll(async () => {
  cluster = await createEmbeddedCluster({ defaultPartitions: 3 })
})
afterAll(() => cluster.close())

describe.each([
  ['inline', false],
  ["with a sender's thread", true],
])('producers %s', (_, senderThread) => {
  test('of the same and of other client ids are told apart, closed and made again', async () => {
    const memory = new MetricsInMemory(AggregationTemporality.DELTA)
    const { meterProvider } = memory
    const { bootstrapServers } = cluster
    const open = (clientId: string) => {
      const producer = createProducer({ bootstrapServers, senderThread, clientId })
      observeProducer(producer, { clientId, meterProvider })
      return producer
    }
    const told = async (name: string) => {
      const series = await memory.series(`sluice.producer.${name}`)
      return series.map(({ attributes, value }) => [...Object.values(attributes), value])
    }
    const producers = ['shop', 'shop', 'stock'].map(open)
    for (const [at, producer] of producers.entries()) {
      for (let i = 0; i <= at; i++) await producer.send({ topic: 'observed', value: 'a' })
      await producer.send({ topic: 'observed', value: 'x'.repeat(2_000_000) }).catch(() => {})
    }
    expect(await told('records.acknowledged')).toEqual([
      ['shop', '1', 1],
      ['shop', '2', 2],
      ['stock', '3', 3],
    ])
    for (const producer of producers)
      producer.enqueue({ topic: 'observed', value: 'x'.repeat(2_000_000) }, () => {})
    await Promise.all(producers.map((producer) => producer.flush()))
    expect(await told('records.failed')).toEqual([
      ['shop', '1', 'RECORD_TOO_LARGE', 1],
      ['shop', '2', 'RECORD_TOO_LARGE', 1],
      ['stock', '3', 'RECORD_TOO_LARGE', 1],
    ])
    await Promise.all(producers.map((producer) => producer.close()))
    expect(await told('connections.open')).toMatchObject([{ 2: -1 }, { 2: -1 }, { 2: -1 }])
    expect(await told('ready')).toEqual([])
    const again = open('shop')
    await again.connect()
    expect(await told('ready')).toEqual([['shop', '1', 1]])
    await again.close()
    await memory.close()
  })
})
