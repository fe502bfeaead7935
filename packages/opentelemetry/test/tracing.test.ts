import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { createMockProducer, type MockProducerOptions } from '@sluice/producer/testing'
import { KafkaError } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { tracing, type TracingOptions } from '../src/index.js'
import { followContexts, traceparentOf, TracesInMemory, w3c } from './traced.js'

followContexts()

function stand(options: TracingOptions = {}, mock: MockProducerOptions = {}) {
  const traces = new TracesInMemory()
  const { tracerProvider } = traces
  const interceptors = [tracing({ tracerProvider, propagator: w3c, ...options })]
  return { traces, producer: createMockProducer({ interceptors, ...mock }) }
}

const always = {
  'messaging.system': 'kafka',
  'messaging.operation.name': 'send',
  'messaging.operation.type': 'send',
  'messaging.destination.name': 'orders',
}

describe('the span of a record', () => {
  test('that is acknowledged has its place in the log, and no status', async () => {
    const { traces, producer } = stand({}, { partitions: 3 })
    await producer.send({ topic: 'orders', value: 'a', partition: 2 })
    await producer.send({ topic: 'orders', value: 'b', partition: 2 })
    const spans = traces.spans.map(({ name, kind, status, attributes, events, links }) => {
      return { name, kind, status, attributes, events, links }
    })
    const alike = {
      name: 'send orders',
      kind: SpanKind.PRODUCER,
      status: { code: SpanStatusCode.UNSET },
      events: [],
      links: [],
    }
    const place = { ...always, 'messaging.destination.partition.id': '2' }
    expect(spans).toEqual([
      { ...alike, attributes: { ...place, 'messaging.kafka.offset': 0 } },
      { ...alike, attributes: { ...place, 'messaging.kafka.offset': 1 } },
    ])
  })

  test('that fails after it was sent has the code of the error, and the status ERROR', async () => {
    const { traces, producer } = stand({}, { autoComplete: false })
    const sent = producer.send({ topic: 'orders', value: 'a' })
    expect(traces.spans).toEqual([])
    producer.failNext(new KafkaError('DELIVERY_TIMEOUT', 'told by the test', { partition: 1 }))
    await expect(sent).rejects.toMatchObject({ code: 'DELIVERY_TIMEOUT' })
    const { attributes, status } = traces.spans[0]!
    expect(status).toEqual({ code: SpanStatusCode.ERROR })
    expect(attributes).toEqual({
      ...always,
      'messaging.destination.partition.id': '1',
      'error.type': 'DELIVERY_TIMEOUT',
    })
  })

  test('that is refused before it could be appended ends, too', async () => {
    const { traces, producer } = stand({}, { maxRequestBytes: 1_024 })
    const tooLarge = { topic: 'orders', value: 'x'.repeat(2_000) }
    await producer.send(tooLarge).catch(() => {})
    await producer.sendMany([tooLarge]).catch(() => {})
    producer.enqueue(tooLarge, () => {})
    await producer.flush()
    expect(traces.spans).toHaveLength(3)
    for (const { attributes, status } of traces.spans) {
      expect(attributes).toEqual({ ...always, 'error.type': 'RECORD_TOO_LARGE' })
      expect(status.code).toBe(SpanStatusCode.ERROR)
    }
  })

  test('that could not even be read begins where the record was refused', async () => {
    const { traces, producer } = stand()
    const work = async () => {
      await producer.send({ topic: 'orders' } as never).catch(() => {})
      await producer.send(null as never).catch(() => {})
      await producer.send({ topic: Symbol('t'), value: 'a' } as never).catch(() => {})
    }
    const caller = await traces.inSpan('caller', work)
    const [noValue, noRecord, oddTopic] = traces.spans
    const nameless = { ...always, 'messaging.destination.name': undefined }
    expect(noValue).toMatchObject({ name: 'send orders', kind: SpanKind.PRODUCER })
    expect(noValue?.attributes).toEqual({ ...always, 'error.type': 'INVALID_ARGUMENT' })
    expect(noRecord?.name).toBe('send')
    expect(noRecord?.attributes).toEqual({ ...nameless, 'error.type': 'INVALID_ARGUMENT' })
    expect(oddTopic?.name).toBe('send')
    for (const span of traces.spans.slice(0, 3)) expect(span.parentSpanContext?.spanId).toBe(caller)
  })

  test('that is a tombstone says so, and no other does', async () => {
    const { traces, producer } = stand()
    await producer.sendMany([
      { topic: 'orders', key: 'k', value: null },
      { topic: 'orders', key: 'k', value: '' },
    ])
    const tombstones = traces.spans.map(
      ({ attributes }) => attributes['messaging.kafka.message.tombstone'],
    )
    expect(tombstones).toEqual([true, undefined])
  })

  test('has the client id that it was told', async () => {
    const { traces, producer } = stand({ clientId: 'shop' })
    await producer.send({ topic: 'orders', value: 'a' })
    expect(traces.spans[0]?.attributes['messaging.client.id']).toBe('shop')
  })

  test('has no offset where the broker gave none', async () => {
    const { traces } = stand()
    const interceptor = tracing({ tracerProvider: traces.tracerProvider })
    const metadata = { topic: 'orders', partition: 0, offset: -1n, timestamp: 0 }
    const end = { topic: 'orders', partition: 0, headers: [], metadata, error: null }
    interceptor.onAcknowledgement?.(end, {})
    expect(traces.spans[0]?.attributes).not.toHaveProperty('messaging.kafka.offset')
  })
})

test('each record of a batch of 100 has a span of its own, whose context is in its headers', async () => {
  const { traces, producer } = stand()
  const records = Array.from({ length: 100 }, (_, i) => ({ topic: 'orders', value: `${i}` }))
  const caller = await traces.inSpan('caller', () => producer.sendMany(records))
  const spans = traces.spans.slice(0, 100)
  expect(new Set(spans.map((span) => span.spanContext().spanId)).size).toBe(100)
  expect(spans.map((span) => span.parentSpanContext?.spanId)).toEqual(Array(100).fill(caller))
  const headers = producer.sent.map((record) => record.headers)
  expect(headers).toEqual(spans.map((span) => [['traceparent', traceparentOf(span)]]))
})

test('of a batch that fails in part each span has the end of its own record', async () => {
  const { traces, producer } = stand({}, { maxRequestBytes: 1_024 })
  const sent = producer.sendMany([
    { topic: 'orders', value: 'good' },
    { topic: 'orders', value: 'x'.repeat(2_000) },
  ])
  await expect(sent).rejects.toMatchObject({ code: 'PARTIAL_FAILURE' })
  const ends = traces.spans.map(({ attributes }) => attributes['error.type'])
  expect(ends).toContain('RECORD_TOO_LARGE')
  expect(ends).toHaveLength(2)
})
