import { context, propagation, trace } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { AlwaysOffSampler, type Sampler } from '@opentelemetry/sdk-trace-base'
import { createMockProducer } from '@sluice/producer/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { tracing } from '../src/index.js'
import { followContexts, traceparentOf, TracesInMemory, w3c } from './traced.js'

followContexts()

const record = { topic: 'orders', value: 'a', headers: { traceparent: 'of a consumed record' } }

describe('a record that is not sampled', () => {
  test('has no span, and carries a context that says so to its consumers', async () => {
    const { tracerProvider, exporter } = new TracesInMemory(new AlwaysOffSampler())
    const interceptors = [tracing({ tracerProvider, propagator: w3c })]
    const producer = createMockProducer({ interceptors })
    await producer.send(record)
    await producer.send({ topic: 'not legal', value: '' }).catch(() => {})
    expect(exporter.getFinishedSpans()).toEqual([])
    const [[name, value] = [], ...others] = producer.sent[0]!.headers as [string, string][]
    expect([name, others]).toEqual(['traceparent', []])
    expect(value).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
  })

  test('is judged by the attributes that are known before it is sent', async () => {
    const judged: unknown[] = []
    const sampler: Sampler = {
      shouldSample: (_context, _traceId, name, kind, attributes) => {
        judged.push({ name, kind, attributes })
        return { decision: 0 }
      },
    }
    const { tracerProvider } = new TracesInMemory(sampler)
    const interceptors = [tracing({ tracerProvider, clientId: 'shop' })]
    const producer = createMockProducer({ interceptors })
    await producer.send({ ...record, value: null, partition: 0 })
    expect(judged).toEqual([
      {
        name: 'send orders',
        kind: 3,
        attributes: {
          'messaging.system': 'kafka',
          'messaging.operation.name': 'send',
          'messaging.operation.type': 'send',
          'messaging.destination.name': 'orders',
          'messaging.destination.partition.id': '0',
          'messaging.client.id': 'shop',
          'messaging.kafka.message.tombstone': true,
        },
      },
    ])
  })

  test('because tracing is suppressed, is sent as it is', async () => {
    const { tracerProvider, exporter } = new TracesInMemory()
    const interceptors = [tracing({ tracerProvider, propagator: w3c })]
    const producer = createMockProducer({ interceptors })
    await context.with(suppressTracing(context.active()), () => producer.send(record))
    expect(exporter.getFinishedSpans()).toEqual([])
    expect(producer.sent[0]?.headers).toEqual([['traceparent', 'of a consumed record']])
  })
})

describe('without a provider and a propagator of its own', () => {
  afterEach(() => {
    trace.disable()
    propagation.disable()
  })

  test('a record is sent as it is while no SDK is registered', async () => {
    const producer = createMockProducer({ interceptors: [tracing()] })
    await producer.send(record)
    expect(producer.sent[0]?.headers).toEqual([['traceparent', 'of a consumed record']])
  })

  test('the global ones are used, also when they were registered after the producer was made', async () => {
    const producer = createMockProducer({ interceptors: [tracing()] })
    const { tracerProvider, exporter } = new TracesInMemory()
    trace.setGlobalTracerProvider(tracerProvider)
    propagation.setGlobalPropagator(w3c)
    await producer.send(record)
    const [span] = exporter.getFinishedSpans()
    expect(producer.sent[0]?.headers).toEqual([['traceparent', traceparentOf(span)]])
    expect(span?.instrumentationScope).toMatchObject({
      name: '@sluice/opentelemetry',
      schemaUrl: 'https://opentelemetry.io/schemas/1.43.0',
    })
  })
})
