import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { Kafka, logLevel } from '@sluice/kafkajs'
import { expect, test } from 'vitest'
import { retry, sideBySide } from './side-by-side.js'

const messages = [{ value: 'a', partition: 0 }]

test('an answer that is lost doubles the record with kafkajs, and does not here', async () => {
  const { kafkajs, ours } = await sideBySide(async (producer, cluster) => {
    await producer.send({ topic: 't', messages })
    cluster.intercept(
      'Produce',
      async (call) => {
        await call.serve()
        return call.close()
      },
      { times: 1 },
    )
    await producer.send({ topic: 't', messages })
    return cluster.records('t').length
  })
  expect({ kafkajs, ours }).toEqual({ kafkajs: 3, ours: 2 })
})

test('a broker that ends in the middle of many sends costs no record, doubles none, and reorders none', async () => {
  const topics = { t: { partitions: 6, replicationFactor: 3 } }
  await using cluster = await createEmbeddedCluster({ brokers: 3, topics })
  const kafka = new Kafka({ brokers: cluster.bootstrapServers, logLevel: logLevel.NOTHING })
  const producer = kafka.producer()
  await producer.connect()
  const sends: Promise<unknown>[] = []
  for (let i = 0; i < 3_000; i++) {
    sends.push(producer.send({ topic: 't', messages: [{ value: `${i}`, partition: i % 6 }] }))
    if (i === 1_000) await cluster.brokers[1]!.stop()
    if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all(sends)
  await producer.disconnect()
  for (let partition = 0; partition < 6; partition++) {
    const found = cluster.records('t').filter((record) => record.partition === partition)
    const expected = Array.from({ length: 500 }, (_, at) => `${at * 6 + partition}`)
    expect(found.map(({ value }) => String(value))).toEqual(expected)
  }
})

test('thousands of sends without a broker ask for metadata a few times a second, and all end', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 3 } } })
  const kafka = new Kafka({ brokers: cluster.bootstrapServers, logLevel: logLevel.NOTHING, retry })
  const producer = kafka.producer({ retry: { retries: 20, maxRetryTime: 500 } })
  await producer.connect()
  await producer.send({ topic: 't', messages })
  const accepted = cluster.brokers[0]!.acceptedConnections
  cluster.brokers[0]!.pause()
  await cluster.brokers[0]!.closeConnections()
  const sends = Array.from({ length: 5_000 }, () => producer.send({ topic: 't', messages }))
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  cluster.brokers[0]!.resume()
  await Promise.all(sends)
  await producer.disconnect()
  expect(cluster.records('t')).toHaveLength(5_001)
  expect(cluster.brokers[0]!.acceptedConnections - accepted).toBeLessThan(20)
})
