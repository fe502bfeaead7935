import { diag, metrics } from '@opentelemetry/api'
import { DataPointType, type MetricData } from '@opentelemetry/sdk-metrics'
import { createMockProducer, type MockProducerOptions } from '@sluice/producer/testing'
import { KafkaError } from '@sluice/protocol'
import { afterEach, describe, expect, test } from 'vitest'
import { clientMetrics } from '../src/index.js'
import { MetricsInMemory } from './metrics-in-memory.js'

const always = {
  'messaging.system': 'kafka',
  'messaging.operation.name': 'send',
  'messaging.operation.type': 'send',
}
const orders = { ...always, 'messaging.destination.name': 'orders' }

let opened: MetricsInMemory[] = []
afterEach(async () => {
  await Promise.all(opened.map((memory) => memory.close()))
  opened = []
})

function open(): MetricsInMemory {
  const memory = new MetricsInMemory()
  opened.push(memory)
  return memory
}

function stand(mock: MockProducerOptions = {}) {
  const memory = open()
  const { meterProvider } = memory
  const clock = { ms: 0 }
  const interceptors = [clientMetrics({ meterProvider, now: () => clock.ms })]
  return { memory, clock, producer: createMockProducer({ interceptors, ...mock }) }
}

function bucketsOf(metric: MetricData | undefined): { boundaries: number[] } {
  if (metric?.dataPointType !== DataPointType.HISTOGRAM) throw new Error('it is no histogram')
  return metric.dataPoints[0]!.value.buckets
}

describe('messaging.client.operation.duration', () => {
  test('is the time from the call until the end of the record is known, in seconds', async () => {
    const { memory, clock, producer } = stand({ autoComplete: false })
    const first = producer.send({ topic: 'orders', value: 'a' })
    clock.ms = 250
    const second = producer.send({ topic: 'orders', value: 'b' })
    clock.ms = 1_250
    producer.completeNext()
    await first
    clock.ms = 2_250
    producer.completeNext()
    await second
    const name = 'messaging.client.operation.duration'
    const [duration] = (await memory.collect()).filter(({ descriptor }) => descriptor.name === name)
    expect(duration?.descriptor).toMatchObject({ unit: 's' })
    expect(duration?.dataPoints).toHaveLength(1)
    expect(duration?.dataPoints[0]).toMatchObject({
      attributes: orders,
      value: { count: 2, sum: 3.25, min: 1.25, max: 2 },
    })
    const { boundaries } = bucketsOf(duration)
    expect(boundaries.slice(0, 3)).toEqual([0.005, 0.01, 0.025])
    expect(boundaries.at(-1)).toBe(10)
  })

  test('has a series for each code of an error, also of records that were refused at the call', async () => {
    const { memory, producer } = stand({ maxRequestBytes: 1_024 })
    const refused = [
      { topic: 'orders', value: 'x'.repeat(2_000) },
      { topic: 'orders' },
      { topic: 'ann@example.com', value: 'a' },
      { topic: 'bob@example.com', value: 'a' },
    ]
    for (const record of refused) await producer.send(record as never).catch(() => {})
    const series = await memory.series('messaging.client.operation.duration')
    expect(series.map(({ attributes }) => attributes)).toEqual([
      { ...orders, 'error.type': 'RECORD_TOO_LARGE' },
      { ...orders, 'error.type': 'INVALID_ARGUMENT' },
      { ...always, 'error.type': 'INVALID_TOPIC_EXCEPTION' },
    ])
    expect(await memory.series('messaging.client.sent.messages')).toEqual([])
  })
})

test('messaging.client.sent.messages counts what was sent, and what failed after it was', async () => {
  const ends: Record<string, KafkaError> = {
    refused: new KafkaError('NOT_ENOUGH_REPLICAS', 'told', { attempts: 2, persisted: 'no' }),
    lost: new KafkaError('DELIVERY_TIMEOUT', 'told', { persisted: 'possibly' }),
    unsent: new KafkaError('DELIVERY_TIMEOUT', 'told', { attempts: 0, persisted: 'no' }),
  }
  const autoComplete: MockProducerOptions['autoComplete'] = ({ value }) =>
    ends[String(value)] ?? null
  const { memory, producer } = stand({ autoComplete })
  for (const value of ['good', 'refused', 'lost', 'unsent', 'good'])
    await producer.send({ topic: 'orders', value }).catch(() => {})
  await producer.send({ topic: 'others', value: 'good' })
  expect(await memory.series('messaging.client.sent.messages')).toEqual([
    { attributes: orders, value: 2 },
    { attributes: { ...orders, 'error.type': 'NOT_ENOUGH_REPLICAS' }, value: 1 },
    { attributes: { ...orders, 'error.type': 'DELIVERY_TIMEOUT' }, value: 1 },
    { attributes: { ...always, 'messaging.destination.name': 'others' }, value: 1 },
  ])
})

describe('with the global provider', () => {
  afterEach(() => {
    metrics.disable()
    diag.disable()
  })

  test('records are measured from when an SDK is registered', async () => {
    const producer = createMockProducer({ interceptors: [clientMetrics()] })
    await producer.send({ topic: 'orders', value: 'a' })
    const memory = open()
    metrics.setGlobalMeterProvider(memory.meterProvider)
    await producer.send({ topic: 'orders', value: 'b' })
    expect(await memory.series('messaging.client.sent.messages')).toEqual([
      { attributes: orders, value: 1 },
    ])
  })

  test('two producers, each with metrics of its own, add to the same series without a complaint', async () => {
    const memory = open()
    metrics.setGlobalMeterProvider(memory.meterProvider)
    const complaints: unknown[] = []
    const quiet = () => {}
    const heard = (...words: unknown[]) => void complaints.push(words)
    const logger = { error: heard, warn: heard, info: quiet, debug: quiet, verbose: quiet }
    diag.setLogger(logger, { suppressOverrideMessage: true })
    for (let i = 0; i < 2; i++) {
      const producer = createMockProducer({ interceptors: [clientMetrics()] })
      await producer.send({ topic: 'orders', value: 'a' })
      await producer.close()
    }
    expect(await memory.series('messaging.client.sent.messages')).toEqual([
      { attributes: orders, value: 2 },
    ])
    expect(complaints).toEqual([])
  })
})
