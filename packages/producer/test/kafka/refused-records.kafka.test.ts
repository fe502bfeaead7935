import type { RecordMetadata } from '@sluice/protocol'
import { type KafkaCluster, readWithJava, sharedKafka } from '@sluice/test-kafka'
import { beforeAll, expect, test } from 'vitest'
import { createProducer, type Producer } from '../../src/index.js'

let kafka: KafkaCluster
const run = Date.now().toString(36)

beforeAll(async () => {
  kafka = await sharedKafka()
})

type Ends = PromiseSettledResult<RecordMetadata>[]

/** Offset and value of each record that was acknowledged. */
function acknowledged(ends: Ends): [bigint, string][] {
  return ends.flatMap((end, at) =>
    end.status === 'fulfilled' ? [[end.value.offset, `v${at}`] as [bigint, string]] : [],
  )
}

async function inLog(topic: string): Promise<[bigint, string][]> {
  const log = await readWithJava(kafka.bootstrapServers, topic)
  return log.map(({ offset, value }) => [offset, String(value)])
}

/** Records of many callers in one batch; those at these places have no key. */
function sendAll(producer: Producer, topic: string, count: number, keyless: number[]) {
  return Promise.allSettled(
    Array.from({ length: count }, (_, at) =>
      producer.send({
        topic,
        partition: 0,
        key: keyless.includes(at) ? null : `k${at}`,
        value: `v${at}`,
      }),
    ),
  )
}

test('of 401 records in one batch for a compacted topic the one without a key fails, and the others are in the log in their order', async () => {
  const topic = `compacted-${run}`
  await kafka.createTopic(topic, 1, { configs: { 'cleanup.policy': 'compact' } })
  await using producer = createProducer({ bootstrapServers: kafka.bootstrapServers })
  const ends = await sendAll(producer, topic, 401, [200])
  const failed = ends.flatMap((end, at) => (end.status === 'rejected' ? [[at, end.reason]] : []))
  expect(failed).toEqual([
    [200, expect.objectContaining({ code: 'INVALID_RECORD', persisted: 'no', attempts: 1 })],
  ])
  expect(acknowledged(ends)).toHaveLength(400)
  expect(await inLog(topic)).toEqual(acknowledged(ends))
})

test('records without a key in many batches under way fail alone, each with the words of Kafka', async () => {
  const topic = `compacted-under-way-${run}`
  await kafka.createTopic(topic, 1, { configs: { 'cleanup.policy': 'compact' } })
  await using producer = createProducer({
    bootstrapServers: kafka.bootstrapServers,
    batchBytes: 1_024,
  })
  const keyless = [0, 7, 8, 150, 399, 400, 999]
  await producer.send({ topic, partition: 0, key: 'first', value: 'first' })
  const ends = await sendAll(producer, topic, 1_000, keyless)
  for (const at of keyless) {
    const end = ends[at]!
    expect(end.status).toBe('rejected')
    expect(String((end as PromiseRejectedResult).reason)).toMatch(
      /of this record it said: Compacted topic cannot accept message without key/,
    )
  }
  expect(acknowledged(ends)).toHaveLength(1_000 - keyless.length)
  expect(await inLog(topic)).toEqual([[0n, 'first'], ...acknowledged(ends)])
})

test('of records with a timestamp that Kafka does not take only these fail', async () => {
  const topic = `timestamps-${run}`
  // The default of Kafka 4, where Kafka 3 takes any time.
  const configs = { 'message.timestamp.after.max.ms': '3600000' }
  await kafka.createTopic(topic, 1, { configs })
  await using producer = createProducer({ bootstrapServers: kafka.bootstrapServers })
  const dayMs = 86_400_000
  const ends = await Promise.allSettled(
    Array.from({ length: 100 }, (_, at) =>
      producer.send({
        topic,
        partition: 0,
        value: `v${at}`,
        timestamp: Date.now() + (at % 10 === 0 ? dayMs : 0),
      }),
    ),
  )
  for (const [at, end] of ends.entries())
    expect(end.status).toBe(at % 10 === 0 ? 'rejected' : 'fulfilled')
  expect(await inLog(topic)).toEqual(acknowledged(ends))
})

test('each record of a topic with LogAppendTime is told the time that it has in the log', async () => {
  const topic = `append-times-${run}`
  const configs = { 'message.timestamp.type': 'LogAppendTime' }
  await kafka.createTopic(topic, 1, { configs })
  await using producer = createProducer({ bootstrapServers: kafka.bootstrapServers })
  const told: [number, number][] = []
  // Kafka mostly appends within the millisecond of the send, or the next one.
  for (let round = 0; round < 400; round++) {
    const now = Date.now()
    const sent = Array.from({ length: 10 }, (_, at) =>
      producer.send({ topic, partition: 0, value: 'v', timestamp: now + at - 5 }),
    )
    for (const { offset, timestamp } of await Promise.all(sent))
      told.push([Number(offset), timestamp])
  }
  const log = await readWithJava(kafka.bootstrapServers, topic)
  const times = new Map(log.map(({ offset, timestamp }) => [Number(offset), timestamp]))
  expect(told.filter(([offset, timestamp]) => times.get(offset) !== timestamp)).toEqual([])
  expect(told).toHaveLength(4_000)
})
