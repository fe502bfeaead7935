import { type KafkaCluster, readWithJava, sharedKafka } from '@sluice/test-kafka'
import { beforeAll, expect, test } from 'vitest'
import { playCalls, randomCalls } from './random-calls.js'
import { clients } from './side-by-side.js'

let kafka: KafkaCluster

beforeAll(async () => {
  kafka = await sharedKafka()
})

const run = Date.now().toString(36)

/** The outcomes of one client's calls, and what Java's consumer finds in the two topics that are its own. */
async function played(client: keyof typeof clients, seed: number): Promise<unknown> {
  const names = { t: `${run}-t-${client}-${seed}`, u: `${run}-u-${client}-${seed}` }
  await kafka.createTopic(names.t, 3)
  await kafka.createTopic(names.u, 2)
  const brokers = kafka.bootstrapServers.split(',')
  const producer = new clients[client]({ brokers, logLevel: 0, retry: { retries: 2 } }).producer()
  await producer.connect()
  const outcomes = await playCalls(producer, randomCalls(seed, names))
  await producer.disconnect()
  const log = await Promise.all([names.t, names.u].map((topic) => recordsOf(topic)))
  const text = JSON.stringify({ outcomes, log })
  return JSON.parse(text.replaceAll(names.t, 't').replaceAll(names.u, 'u'))
}

async function recordsOf(topic: string): Promise<unknown[]> {
  const records = await readWithJava(kafka.bootstrapServers, topic)
  return records.map(({ partition, offset, key, value, headers }) => ({
    partition,
    offset: String(offset),
    key: key?.toString('latin1') ?? null,
    value: value?.toString('latin1') ?? null,
    headers: headers.map(([name, content]) => [name, content?.toString('latin1') ?? null]),
  }))
}

test.each([1, 2, 3, 4])(
  'random calls have the results of kafkajs on a real Kafka, and Java finds the same records: seed %i',
  async (seed) => {
    const [kafkajs, ours] = [await played('kafkajs', seed), await played('ours', seed)]
    expect(ours).toEqual(kafkajs)
    expect(JSON.stringify(ours).length).toBeGreaterThan(1_000)
  },
)
