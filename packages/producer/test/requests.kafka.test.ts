import { type KafkaCluster, startKafka } from '@sluice/test-kafka'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProducer } from '../src/index.js'
import { WatchedTransport } from './fixtures/watched-transport.js'

let kafka: KafkaCluster
const topic = `requests-${Date.now().toString(36)}`

beforeAll(async () => {
  kafka = await startKafka({ brokers: 3 })
  await kafka.createTopic(topic, 12)
})
afterAll(() => kafka.stop())

test('twelve partitions on three brokers are produced over exactly three connections', async () => {
  const transport = new WatchedTransport()
  await using producer = createProducer({ bootstrapServers: kafka.bootstrapServers, transport })
  for (let round = 0; round < 20; round++) {
    await Promise.all(
      Array.from({ length: 12 }, (_, partition) => producer.send({ topic, partition, value: 'x' })),
    )
  }
  expect(transport.connections).toBe(kafka.brokers.length)
})

test('a thousand loops of single awaited sends put more than 50 records into each request', async () => {
  const transport = new WatchedTransport()
  await using producer = createProducer({ bootstrapServers: kafka.bootstrapServers, transport })
  const loop = async (key: string): Promise<void> => {
    for (let i = 0; i < 100; i++) await producer.send({ topic, key, value: 'x'.repeat(100) })
  }
  await Promise.all(Array.from({ length: 1_000 }, (_, i) => loop(`loop-${i}`)))
  expect(100_000 / transport.produceRequests).toBeGreaterThan(50)
})

test('a lone awaited send takes no longer than its round trip and a millisecond (p50)', async () => {
  const transport = new WatchedTransport()
  await using producer = createProducer({ bootstrapServers: kafka.bootstrapServers, transport })
  const send = async (): Promise<number> => {
    const begun = performance.now()
    await producer.send({ topic, partition: 0, value: 'x' })
    return performance.now() - begun
  }
  for (let i = 0; i < 50; i++) await send()
  transport.roundTrips.length = 0
  const latencies: number[] = []
  for (let i = 0; i < 300; i++) latencies.push(await send())
  expect(median(latencies)).toBeLessThan(median(transport.roundTrips) + 1)
})

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!
}
