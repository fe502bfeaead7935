import { createEmbeddedCluster, type EmbeddedTelemetryOptions } from '@sluice/embedded-broker'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../test/eventually.js'
import { createProducer, type Producer, type ProducerOptions } from '../../src/index.js'
import { threadMode } from '../sender-thread-mode.js'
import { readMetrics } from './read-metrics.js'

async function startBoth(
  telemetry: EmbeddedTelemetryOptions | undefined,
  options: Partial<ProducerOptions> = {},
) {
  const cluster = await createEmbeddedCluster(telemetry === undefined ? {} : { telemetry })
  onTestFinished(() => cluster.close())
  const { bootstrapServers } = cluster
  const producer = createProducer({ bootstrapServers, ...threadMode, ...options })
  onTestFinished(() => producer.close())
  return { cluster, producer }
}

const record = { topic: 'orders', value: 'a' }

test('a cluster that asks for metrics gets them, and once more when the producer is closed', async () => {
  const { cluster, producer } = await startBoth({
    metrics: ['org.apache.kafka.producer.record.send.total'],
    pushIntervalMs: 100,
  })
  await producer.send(record)
  await eventually(() => expect(cluster.telemetryPushes).not.toEqual([]))
  const before = cluster.telemetryPushes.length
  await producer.send(record)
  await producer.close()
  await eventually(() => expect(cluster.telemetryPushes.at(-1)!.terminating).toBe(true))
  const metrics = cluster.telemetryPushes.map((push) => readMetrics(push).metrics)
  expect(metrics.flat()[0]).toMatchObject({
    name: 'org.apache.kafka.producer.record.send.total',
    kind: 'delta sum',
  })
  const sent = metrics.flat().map(({ points }) => points[0]!.value)
  expect(sent.reduce((sum, value) => sum + value, 0)).toBe(2)
  expect(cluster.telemetryPushes.length).toBeGreaterThan(before)
})

test('telemetry: false turns it off', async () => {
  const { cluster, producer } = await startBoth({ pushIntervalMs: 100 }, { telemetry: false })
  await producer.send(record)
  await producer.close()
  expect(cluster.brokers[0]!.requestCount('GetTelemetrySubscriptions')).toBe(0)
})

test('brokers that do not ask for metrics get no request, and no line is written', async () => {
  const lines: string[] = []
  const line = (message: string): void => void lines.push(message)
  const logger = { debug: line, info: line, warn: line, error: line }
  const { cluster, producer } = await startBoth(undefined, { logger })
  await producer.send(record)
  await producer.close()
  expect(cluster.brokers[0]!.requestCount('GetTelemetrySubscriptions')).toBe(0)
  expect(cluster.brokers[0]!.requestCount('PushTelemetry')).toBe(0)
  expect(lines.filter((text) => /telemetry/i.test(text))).toEqual([])
  expect(requestErrorsOf(producer)).toBe(0)
})

test('a broker that closes the connection at each question for telemetry harms no record', async () => {
  const { cluster, producer } = await startBoth({})
  cluster.intercept('GetTelemetrySubscriptions', (call) => call.close())
  for (let sent = 0; sent < 20; sent++) await producer.send(record)
  await eventually(() =>
    expect(cluster.brokers[0]!.requestCount('GetTelemetrySubscriptions')).toBe(1),
  )
  await producer.close()
  expect(cluster.records('orders')).toHaveLength(20)
})

function requestErrorsOf(producer: Producer): number {
  return producer.metrics().requestErrorTotal
}
