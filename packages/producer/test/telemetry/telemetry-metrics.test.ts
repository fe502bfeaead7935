import { expect, test } from 'vitest'
import { telemetryMetrics } from '../../src/telemetry/telemetry-metrics.js'
import { createMockProducer } from '../../src/testing.js'

const figures = createMockProducer().metrics()

test("figures have the names of Java's metrics, and totals are told from what can fall", () => {
  const all = telemetryMetrics({ ...figures, recordSendTotal: 3, requestLatencyAvg: 1.5 })
  expect(all).toContainEqual({
    name: 'org.apache.kafka.producer.record.send.total',
    value: 3,
    isTotal: true,
  })
  expect(all).toContainEqual({
    name: 'org.apache.kafka.producer.request.latency.avg',
    value: 1.5,
    isTotal: false,
  })
})

test('a figure that is absent is no metric', () => {
  const { requestLatencyAvg: _, ...others } = figures
  const names = telemetryMetrics(others).map(({ name }) => name)
  expect(names).not.toContain('org.apache.kafka.producer.request.latency.avg')
})

test('figures of a broker and of a topic are labelled', () => {
  const broker = { ...brokerFigures, requestTotal: 7 }
  const topic = { ...figures.otherTopics, byteTotal: 9 }
  const all = telemetryMetrics({ ...figures, brokers: { 1: broker }, topics: { orders: topic } })
  expect(all).toContainEqual({
    name: 'org.apache.kafka.producer.node.request.total',
    value: 7,
    isTotal: true,
    labels: { node_id: '1' },
  })
  expect(all).toContainEqual({
    name: 'org.apache.kafka.producer.topic.byte.total',
    value: 9,
    isTotal: true,
    labels: { topic: 'orders' },
  })
})

const brokerFigures = {
  connectionCount: 1,
  requestsInFlight: 0,
  requestTotal: 0,
  requestErrorTotal: 0,
  outgoingByteTotal: 0,
  incomingByteTotal: 0,
}
