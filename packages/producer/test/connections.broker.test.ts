import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'
import { createProducer } from '../src/index.js'
import { threadMode } from './sender-thread-mode.js'

test('twelve partitions on three brokers are produced over exactly three connections', async () => {
  await using cluster = await createEmbeddedCluster({
    brokers: 3,
    topics: { orders: { partitions: 12 } },
  })
  await using producer = createProducer({
    ...threadMode,
    bootstrapServers: cluster.bootstrapServers,
  })
  for (let round = 0; round < 20; round++) {
    await Promise.all(
      Array.from({ length: 12 }, (_, partition) =>
        producer.send({ topic: 'orders', partition, value: 'x' }),
      ),
    )
  }
  expect(cluster.brokers.map((broker) => broker.acceptedConnections)).toEqual([1, 1, 1])
})

test('a thousand loops of single awaited sends put more than 50 records into each request', async () => {
  await using cluster = await createEmbeddedCluster({
    brokers: 3,
    topics: { orders: { partitions: 12 } },
  })
  await using producer = createProducer({
    ...threadMode,
    bootstrapServers: cluster.bootstrapServers,
  })
  const loop = async (key: string): Promise<void> => {
    for (let i = 0; i < 20; i++) await producer.send({ topic: 'orders', key, value: 'x' })
  }
  await Promise.all(Array.from({ length: 1_000 }, (_, i) => loop(`loop-${i}`)))
  const requests = cluster.brokers.reduce((sum, broker) => sum + broker.requestCount('Produce'), 0)
  expect(cluster.records('orders')).toHaveLength(20_000)
  expect(20_000 / requests).toBeGreaterThan(50)
})

test('keys go where the Java producer puts them', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { orders: { partitions: 12 } } })
  await using producer = createProducer({
    ...threadMode,
    bootstrapServers: cluster.bootstrapServers,
  })
  // murmur2 as in Kafka's UtilsTest, positive, modulo 12.
  const known = [
    ['21', -973_932_308],
    ['foobar', -790_332_482],
    ['a-little-bit-long-string', -985_981_536],
    ['a-little-bit-longer-string', -1_486_304_829],
  ] as const
  const sent = await Promise.all(
    known.map(([key]) => producer.send({ topic: 'orders', key, value: '' })),
  )
  expect(sent.map(({ partition }) => partition)).toEqual(
    known.map(([, hash]) => (hash & 0x7fff_ffff) % 12),
  )
})
