import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { createProducer } from '@sluice/producer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientMetrics } from '../src/index.js'
import { MetricsInMemory } from './metrics-in-memory.js'

let cluster: EmbeddedCluster
beforeAll(async () => {
  cluster = await createEmbeddedCluster({ defaultPartitions: 3 })
})
afterAll(() => cluster.close())

test.each([
  ['inline', false],
  ["with a sender's thread", true],
])(
  '%s, 1 000 records are counted and measured, and a refused one beside them',
  async (mode, senderThread) => {
    const topic = `measured-${mode.length}`
    const memory = new MetricsInMemory()
    const { meterProvider } = memory
    const producer = createProducer({
      bootstrapServers: cluster.bootstrapServers,
      senderThread,
      maxRequestBytes: 65_536,
      interceptors: [clientMetrics({ meterProvider })],
    })
    await using _ = producer
    for (let i = 0; i < 1_000; i++) producer.enqueue({ topic, value: `${i}` })
    producer.send({ topic, value: 'x'.repeat(70_000) }).catch(() => {})
    await producer.flush()

    expect(cluster.records(topic)).toHaveLength(1_000)
    const named = { attributes: { 'messaging.destination.name': topic } }
    const sent = await memory.series('messaging.client.sent.messages')
    expect(sent).toMatchObject([{ ...named, value: 1_000 }])
    expect(await memory.series('messaging.client.operation.duration')).toMatchObject([
      { attributes: { 'error.type': 'RECORD_TOO_LARGE' }, value: { count: 1 } },
      { ...named, value: { count: 1_000 } },
    ])
    await memory.close()
  },
)
