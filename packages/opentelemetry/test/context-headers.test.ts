import { Buffer } from 'node:buffer'
import { context, type TextMapPropagator } from '@opentelemetry/api'
import { CompositePropagator } from '@opentelemetry/core'
import { createMockProducer } from '@sluice/producer/testing'
import type { HeaderValue, ProducerRecord } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { tracing } from '../src/index.js'
import { followContexts, traceparentOf, TracesInMemory, w3c, withBaggage } from './traced.js'

followContexts()

const oldTrace = '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01'

function stand() {
  const traces = new TracesInMemory()
  const { tracerProvider } = traces
  const producer = createMockProducer({
    interceptors: [tracing({ tracerProvider, propagator: w3c })],
  })
  return { traces, producer }
}

function textOf(record: ProducerRecord | undefined): string[] {
  const pairs = [...((record?.headers ?? []) as Iterable<readonly [string, HeaderValue]>)]
  return pairs.map(([name, value]) => `${name} ${Buffer.from(value as string).toString()}`)
}

/** Headers of a record that was traced before, as different callers give them. */
const given: [title: string, headers: () => ProducerRecord['headers']][] = [
  ['text in an object', () => ({ traceparent: oldTrace, baggage: 'user=old', note: 'n' })],
  [
    'bytes in an object, as a consumer gives them',
    () => ({
      traceparent: Buffer.from(oldTrace),
      tracestate: Buffer.from('vendor=1'),
      baggage: [Buffer.from('user=old'), Buffer.from('user=older')],
      note: Buffer.from('n'),
    }),
  ],
  [
    'pairs in other letter cases',
    () => [
      ['TraceParent', oldTrace],
      ['TRACESTATE', 'vendor=1'],
      ['note', 'n'],
      ['Baggage', 'user=old'],
      ['traceparent', oldTrace],
    ],
  ],
  [
    'an iterable that can be read once',
    () =>
      new Map<string, HeaderValue>([
        ['Traceparent', Buffer.from(oldTrace)],
        ['note', 'n'],
        ['BAGGAGE', 'user=old'],
      ]).entries(),
  ],
]

describe('a record that has the context of an earlier span', () => {
  test.each(given)('as %s, leaves with the newest alone', async (_, headers) => {
    const { traces, producer } = stand()
    const record = { topic: 'orders', value: 'a', headers: headers()! }
    await context.with(withBaggage('user', 'new'), () => producer.send(record))
    expect(textOf(producer.sent[0])).toEqual([
      'note n',
      `traceparent ${traceparentOf(traces.spans[0])}`,
      'baggage user=new',
    ])
  })

  test('leaves without the baggage of then, where the caller has none', async () => {
    const { traces, producer } = stand()
    const headers = { baggage: 'user=old', traceparent: oldTrace, tracestate: 'vendor=1' }
    await producer.send({ topic: 'orders', value: 'a', headers })
    expect(textOf(producer.sent[0])).toEqual([`traceparent ${traceparentOf(traces.spans[0])}`])
  })
})

test('an object that is sent twice is not changed, and each record has one context of its own', async () => {
  const { traces, producer } = stand()
  const headers = Object.freeze({ note: 'n' })
  const record = Object.freeze({ topic: 'orders', value: 'a', headers })
  for (let i = 0; i < 2; i++)
    await context.with(withBaggage('user', `${i}`), () => producer.send(record))
  expect(record).toEqual({ topic: 'orders', value: 'a', headers: { note: 'n' } })
  expect(producer.sent.map(textOf)).toEqual(
    traces.spans.map((span, i) => [
      'note n',
      `traceparent ${traceparentOf(span)}`,
      `baggage user=${i}`,
    ]),
  )
})

test('a record that is forwarded with its headers has one context, the newest', async () => {
  const { traces, producer } = stand()
  await producer.send({ topic: 'orders', value: 'a', headers: { note: 'n' } })
  const consumed = producer.sent[0]!
  await producer.send({ ...consumed, topic: 'copies' })
  await producer.send({ ...producer.sent[1]!, topic: 'copies-of-copies' })
  expect(textOf(producer.sent[2])).toEqual([
    'note n',
    `traceparent ${traceparentOf(traces.spans[2])}`,
  ])
})

test('two tracers of one producer leave the context of the second', async () => {
  const { tracerProvider, spans: _, ...traces } = new TracesInMemory()
  const tracer = tracing({ tracerProvider, propagator: w3c })
  const producer = createMockProducer({ interceptors: [tracer, tracer] })
  await producer.send({ topic: 'orders', value: 'a' })
  const second = traces.exporter.getFinishedSpans()[1]
  expect(textOf(producer.sent[0])).toEqual([`traceparent ${traceparentOf(second)}`])
})

test('a field that two propagators write is there once, with the value of the last', async () => {
  const { tracerProvider } = new TracesInMemory()
  const writing = (value: string): TextMapPropagator => ({
    inject: (_, carrier, setter) => setter.set(carrier, 'trace', value),
    extract: (read) => read,
    fields: () => ['trace'],
  })
  const propagator = new CompositePropagator({ propagators: [writing('one'), writing('two')] })
  const producer = createMockProducer({ interceptors: [tracing({ tracerProvider, propagator })] })
  await producer.send({ topic: 'orders', value: 'a', headers: { Trace: 'old' } })
  expect(textOf(producer.sent[0])).toEqual(['trace two'])
})
