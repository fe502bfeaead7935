import type { ProducerMetrics, TopicMetrics } from '@sluice/producer'
import { createMockProducer } from '@sluice/producer/testing'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { type ShownProducer, showProducer } from '../src/producer-page.js'
import { seriesOf } from './page-text.js'

/** A producer that tells of these topics. */
function withTopics(topicsNow: () => readonly string[]): ShownProducer {
  const mock = createMockProducer()
  const none: TopicMetrics = mock.metrics().otherTopics
  return {
    status: () => mock.status(),
    metrics: (): ProducerMetrics => ({
      ...mock.metrics(),
      topics: Object.fromEntries(topicsNow().map((topic) => [topic, none])),
    }),
  }
}

test('before the first record the page holds finite numbers alone, and no averages of nothing', async () => {
  const registry = new Registry()
  showProducer(registry, 'idle', createMockProducer())
  const page = await seriesOf(registry)
  expect(page.get('sluice_producer_records_total')).toEqual({ 'producer="idle"': 0 })
  expect(page.has('sluice_producer_request_latency_seconds')).toBe(false)
})

test('O07: of ten thousand topics that come and go only those that the figures still have are on the page', async () => {
  const registry = new Registry()
  let from = 0
  const topics = (): string[] => Array.from({ length: 1_000 }, (_, at) => `tenant-${from + at}`)
  showProducer(registry, 'tenants', withTopics(topics))
  const shown = async (): Promise<string[]> =>
    Object.keys((await seriesOf(registry)).get('sluice_producer_topic_records_acknowledged_total')!)
  for (; from < 10_000; from += 1_000) {
    const expected = [...topics(), '(others)'].map((topic) => `producer="tenants",topic="${topic}"`)
    expect(await shown()).toEqual(expected)
  }
})

test('O08: the figures of a page are read once, however many there are', async () => {
  const registry = new Registry()
  let read = 0
  showProducer(
    registry,
    'read',
    withTopics(() => (read++, [])),
  )
  await registry.metrics()
  expect(read).toBe(1)
  await registry.metrics()
  expect(read).toBe(2)
})
