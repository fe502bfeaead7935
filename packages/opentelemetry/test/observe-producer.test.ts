import { readFileSync } from 'node:fs'
import { diag, metrics } from '@opentelemetry/api'
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { observeProducer, type ObserveProducerOptions } from '../src/index.js'
import { figures } from '../src/observed-producer/figures.js'
import { MetricsInMemory } from './metrics-in-memory.js'
import { FakeProducer } from './observed-stand.js'

let memory: MetricsInMemory
let ends: (() => void)[] = []
let complaints: unknown[] = []

beforeEach(() => {
  complaints = []
  const quiet = () => {}
  const heard = (...words: unknown[]) => void complaints.push(words)
  const logger = { error: heard, warn: heard, info: quiet, debug: quiet, verbose: quiet }
  diag.setLogger(logger, { suppressOverrideMessage: true })
  memory = new MetricsInMemory(AggregationTemporality.DELTA)
})
afterEach(async () => {
  for (const end of ends) end()
  ends = []
  await memory.close()
  diag.disable()
  expect(complaints).toEqual([])
})

function observe(options: ObserveProducerOptions = {}): FakeProducer {
  const producer = new FakeProducer()
  ends.push(observeProducer(producer, { meterProvider: memory.meterProvider, ...options }))
  return producer
}

function kindOf(metric: MetricData): string {
  if (metric.dataPointType === DataPointType.GAUGE) return 'gauge'
  return metric.dataPointType === DataPointType.SUM && metric.isMonotonic
    ? 'counter'
    : 'up-down counter'
}

const sent = 'sluice.producer.records.sent'

test('each figure of a producer is a metric, whose name is none of the conventions', async () => {
  observe()
  const found = (await memory.collect()).map((metric) => {
    const { descriptor, dataPoints } = metric
    const [point] = dataPoints
    return [descriptor.name, kindOf(metric), descriptor.unit, point?.value, point?.attributes]
  })
  const own = { 'sluice.producer.id': '1' }
  const [counter, upDown, gauge] = ['counter', 'up-down counter', 'gauge']
  expect(found).toEqual(
    [
      ['records.sent', counter, '{record}', 10],
      ['records.acknowledged', counter, '{record}', 5],
      ['records.retried', counter, '{record}', 4],
      ['records.pending', upDown, '{record}', 2],
      ['records.waiting', upDown, '{record}', 1],
      ['records.oldest_age', gauge, 's', 1.5],
      ['batches.split', counter, '{batch}', 3],
      ['requests.ended', counter, '{request}', 20],
      ['requests.failed', counter, '{request}', 6],
      ['requests.in_flight', upDown, '{request}', 7],
      ['bytes.sent', counter, 'By', 1_000],
      ['bytes.received', counter, 'By', 2_000],
      ['connections.open', upDown, '{connection}', 3],
      ['connections.made', counter, '{connection}', 8],
      ['connections.closed', counter, '{connection}', 9],
      ['connections.failed', counter, '{connection}', 11],
      ['buffer.limit', upDown, 'By', 32_000],
      ['buffer.available', upDown, 'By', 31_000],
      ['buffer.waiting', upDown, 'By', 100],
      ['metadata.age', gauge, 's', 2.5],
      ['records.failed', counter, '{record}', 2],
      ['ready', gauge, '1', 1],
    ].map(([name, ...rest]) => {
      const attributes =
        name === 'records.failed' ? { ...own, 'error.type': 'DELIVERY_TIMEOUT' } : own
      return [`sluice.producer.${name}`, ...rest, attributes]
    }),
  )
  expect(await memory.series('sluice.producer.records.failed')).toHaveLength(2)
})

test('the README names every figure', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const table = /^\| `records\.sent`[^]*?\n\n/m.exec(readme)![0]
  const named = new Set<string>()
  for (const line of table.trim().split('\n')) {
    const cell = line.split('|')[1]!
    const [first] = /\w+(?=\.)/.exec(cell) ?? []
    for (const [, name] of cell.matchAll(/`(.*?)`/g)) named.add(name!.replace(/^\./, `${first}.`))
  }
  const all = [...figures.map(({ name }) => name), 'records.failed', 'ready']
  expect([...named].toSorted()).toEqual(all.toSorted())
})

test('before there is metadata there is no age of it, and without a pending record the oldest age is 0', async () => {
  const producer = observe()
  const { metadataAgeMs: _, oldestPendingMs: __, ...others } = producer.figures
  producer.figures = others
  expect(await memory.series('sluice.producer.metadata.age')).toEqual([])
  const ages = await memory.series('sluice.producer.records.oldest_age')
  expect(ages.map(({ value }) => value)).toEqual([0])
})

describe('two producers of a process', () => {
  test.each([
    ['the same client id', 'shop', 'shop'],
    ['other client ids', 'shop', 'stock'],
  ])('with %s are both visible, and are told apart', async (_, one, other) => {
    observe({ clientId: one }).figures = { ...new FakeProducer().figures, recordSendTotal: 1 }
    observe({ clientId: other }).figures = { ...new FakeProducer().figures, recordSendTotal: 2 }
    expect(await memory.series(sent)).toEqual([
      { attributes: { 'messaging.client.id': one, 'sluice.producer.id': '1' }, value: 1 },
      { attributes: { 'messaging.client.id': other, 'sluice.producer.id': '2' }, value: 2 },
    ])
  })

  test('do not disturb each other when one is closed: the next collection has the last figures of both', async () => {
    const [closed] = [observe(), observe()]
    closed.close()
    expect(await memory.series('sluice.producer.ready')).toEqual([
      { attributes: { 'sluice.producer.id': '1' }, value: 0 },
      { attributes: { 'sluice.producer.id': '2' }, value: 1 },
    ])
    expect(await memory.series('sluice.producer.ready')).toEqual([
      { attributes: { 'sluice.producer.id': '2' }, value: 1 },
    ])
  })
})

describe('of a producer that was closed', () => {
  test('the series are gone, and one that is made again has series of its own', async () => {
    observe({ clientId: 'shop' }).close()
    await memory.collect()
    expect(await memory.collect()).toEqual([])
    observe({ clientId: 'shop' })
    expect(await memory.series('sluice.producer.records.pending')).toMatchObject([
      { attributes: { 'messaging.client.id': 'shop', 'sluice.producer.id': '1' }, value: 2 },
    ])
  })

  test('the series go on while its records are pending, so that their ends are told', async () => {
    const producer = observe()
    const before = producer.figures
    producer.close()
    producer.figures = before
    await memory.collect()
    producer.figures = { ...before, recordAckTotal: before.recordAckTotal + 2, recordsPending: 0 }
    expect(await memory.series('sluice.producer.records.acknowledged')).toMatchObject([
      { value: 2 },
    ])
    expect(await memory.collect()).toEqual([])
  })

  test('the series end at once where the program says so, once', async () => {
    observe()
    ends[0]!()
    ends[0]!()
    expect(await memory.collect()).toEqual([])
  })

  test('an SDK that repeats series repeats the last figures, until the next producer takes them over', async () => {
    await memory.close()
    memory = new MetricsInMemory(AggregationTemporality.CUMULATIVE)
    const producer = observe()
    await memory.collect()
    producer.close()
    await memory.collect()
    const pending = 'sluice.producer.records.pending'
    const own = { 'sluice.producer.id': '1' }
    expect(await memory.series(pending)).toEqual([{ attributes: own, value: 0 }])
    observe().figures = { ...producer.figures, recordsPending: 9, recordSendTotal: 3 }
    expect(await memory.series(pending)).toEqual([{ attributes: own, value: 9 }])
    expect(await memory.series(sent)).toEqual([{ attributes: own, value: 3 }])
  })
})

test('without a provider of its own it uses the global one that is registered before', async () => {
  metrics.setGlobalMeterProvider(memory.meterProvider)
  ends.push(observeProducer(new FakeProducer()))
  metrics.disable()
  expect(await memory.series(sent)).toHaveLength(1)
})

test.each([
  ['a producer without metrics', {}, {}, /producer has no metrics, status/],
  ['a client id that is no text', new FakeProducer(), { clientId: 7 }, /clientId is 7; give text/],
  ['no provider', new FakeProducer(), { meterProvider: {} }, /meterProvider has no getMeter/],
  ['an unknown option', new FakeProducer(), { client: 'a' }, /has no option client/],
])('%s is refused', (_, producer, options, message) => {
  expect(() => observeProducer(producer as never, options as never)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }),
  )
})
