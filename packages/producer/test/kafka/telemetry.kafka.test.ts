import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type KafkaCluster, runJava, startKafka, waitFor } from '@sluice/test-kafka'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProducer } from '../../src/index.js'
import { threadMode } from '../sender-thread-mode.js'

/*
 * A broker with a plug-in that takes metrics of clients, and the subscription that Kafka's own tool makes. The plug-in reads
 * them by OpenTelemetry's classes.
 */

let kafka: KafkaCluster

beforeAll(async () => {
  kafka = await startKafka({
    plugins: [fileURLToPath(new URL('TelemetryReceiver.java', import.meta.url))],
    configs: { 'metric.reporters': 'TelemetryReceiver' },
    topics: [{ name: 'orders', partitions: 1 }],
  })
  const server = ['--bootstrap-server', kafka.bootstrapServers]
  const subscription = ['--alter', '--name', 'all', '--interval', '200']
  const metrics = ['--metrics', 'org.apache.kafka.producer.']
  await runJava('org.apache.kafka.tools.ClientMetricsCommand', [
    ...server,
    ...subscription,
    ...metrics,
  ])
})

afterAll(() => kafka?.stop())

interface Told {
  readonly terminating: boolean
  readonly resource: string
  readonly name: string
  readonly kind: string
  readonly value: number
  readonly labels: string
}

/** What the plug-in has printed of this client. */
function toldOf(clientId: string): Told[] {
  const lines = readFileSync(kafka.brokers[0]!.logFile, 'utf8').split('\n')
  expect(lines.filter((line) => line.startsWith('telemetry\tunreadable'))).toEqual([])
  return lines
    .map((line) => line.split('\t'))
    .filter(([mark, id]) => mark === 'telemetry' && id === clientId)
    .map(([, , terminating, resource, name, kind, value, labels]) => ({
      terminating: terminating === 'true',
      resource: resource!,
      name: name!,
      kind: kind!,
      value: Number(value),
      labels: labels!,
    }))
}

test('a Kafka that asks for metrics reads those of a producer, by the names of Java, until its end', async () => {
  const clientId = 'orders-service'
  const { bootstrapServers } = kafka
  const producer = createProducer({ bootstrapServers, clientId, ...threadMode })
  for (let sent = 0; sent < 10; sent++) await producer.send({ topic: 'orders', value: 'a' })
  const sentTotal = (): number =>
    toldOf(clientId)
      .filter(({ name }) => name === 'org.apache.kafka.producer.record.send.total')
      .reduce((sum, { value }) => sum + value, 0)
  await waitFor('the metrics have come', async () => sentTotal() === 10)
  await producer.send({ topic: 'orders', value: 'a' })
  await producer.close()
  // The broker prints a push line by line.
  const lastHasCome = (): boolean =>
    sentTotal() >= 11 && toldOf(clientId).at(-1)?.terminating === true
  await waitFor('the last push has come', async () => lastHasCome())
  expect(sentTotal()).toBe(11)
  const told = toldOf(clientId)
  const kinds = new Map(told.map(({ name, kind }) => [name, kind]))
  expect(kinds.get('org.apache.kafka.producer.record.send.total')).toBe(
    'AGGREGATION_TEMPORALITY_DELTA monotonic',
  )
  expect(kinds.get('org.apache.kafka.producer.request.latency.avg')).toBe('gauge')
  const ofNode = told.find(({ name }) => name.startsWith('org.apache.kafka.producer.node.'))
  expect(ofNode?.labels).toBe('node_id=1')
  const ofTopic = told.find(({ name }) => name.startsWith('org.apache.kafka.producer.topic.'))
  expect(ofTopic?.labels).toBe('topic=orders')
})

test('a transactional producer tells its transactional id', async () => {
  const clientId = 'payments-service'
  const options = { bootstrapServers: kafka.bootstrapServers, clientId, ...threadMode }
  const producer = createProducer({ ...options, transactionalId: 'payments' })
  await producer.transact(async (transaction) => {
    await transaction.send({ topic: 'orders', value: 'a' })
  })
  await waitFor('the metrics have come', async () => toldOf(clientId).length > 0)
  await producer.close()
  expect(toldOf(clientId)[0]!.resource).toBe('transactional_id=payments')
})
