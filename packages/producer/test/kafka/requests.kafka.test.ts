import { deleteTopic, type KafkaCluster, readWithJava, startKafka } from '@sluice/test-kafka'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProducer } from '../../src/index.js'
import { WatchedTransport } from '../fixtures/watched-transport.js'

let kafka: KafkaCluster
const topic = `requests-${Date.now().toString(36)}`

beforeAll(async () => {
  kafka = await startKafka({ brokers: 3 })
  await kafka.createTopic(topic, 12)
})
afterAll(() => kafka.stop())

test('twelve partitions on three brokers are produced over exactly three connections', async () => {
  const transport = new WatchedTransport()
  // Beside a server that says nothing for a second, as on a busy machine, the next one would be tried.
  const bootstrapServers = [kafka.bootstrapServers.split(',')[0]!]
  await using producer = createProducer({ bootstrapServers, transport })
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
  // What other programs of the machine do to one series, they do not do to each of very many.
  const besides: number[] = []
  for (let series = 0; series < 40 && !(Math.min(...besides) < 1); series++) {
    transport.roundTrips.length = 0
    const latencies: number[] = []
    for (let i = 0; i < 100; i++) latencies.push(await send())
    besides.push(median(latencies) - median(transport.roundTrips))
  }
  expect(Math.min(...besides)).toBeLessThan(1)
})

test('F16: what is sent while a topic is deleted and created again is in the new log once, in order', async () => {
  const recreated = `${topic}-again`
  await kafka.createTopic(recreated, 12)
  const { bootstrapServers } = kafka
  // Or Kafka would create the topic as soon as the producer asks for it, with one partition.
  await using producer = createProducer({ bootstrapServers, allowAutoTopicCreation: false })
  const places: Promise<string>[] = []
  const send = (): void => {
    for (let partition = 0; partition < 12; partition++) {
      const sent = producer.send({ topic: recreated, partition, value: `${places.length}` })
      places.push(sent.then(({ offset }) => `${partition}/${offset}`))
    }
  }
  send()
  await producer.flush()
  const sending = setInterval(send, 5)
  // Until the last broker has heard of it, some still write into the old log.
  await deleteTopic(kafka.brokers, recreated)
  const firstAfter = places.length
  await pause(300)
  await kafka.createTopic(recreated, 12)
  await pause(1_000)
  clearInterval(sending)

  // None has failed, wherever it was written.
  const told = await Promise.all(places)
  expect(told.length).toBeGreaterThan(firstAfter + 12)
  const log = await readWithJava(bootstrapServers, recreated)
  const found = new Map(log.map((one) => [Number(one.value), `${one.partition}/${one.offset}`]))
  expect(found.size).toBe(log.length)
  for (const [number, place] of told.entries()) {
    if (number < firstAfter && !found.has(number)) continue // in the old log
    if (found.get(number) !== place) expect.unreachable(`${number} is not where its send said`)
  }
  for (let partition = 0; partition < 12; partition++) {
    const numbers = log
      .filter((one) => one.partition === partition)
      .map(({ value }) => Number(value))
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  }
})

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!
}
