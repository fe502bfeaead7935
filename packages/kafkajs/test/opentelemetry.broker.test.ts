import { context, propagation, type Span, SpanKind, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import * as ours from '@sluice/kafkajs'
import type { Kafka, Producer } from 'kafkajs-original'
import { afterEach, beforeEach, expect, test } from 'vitest'

const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
const { producer: original } = ours.Kafka.prototype

beforeEach(() => {
  exporter.reset()
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  trace.setGlobalTracerProvider(provider)
})

afterEach(() => {
  ours.Kafka.prototype.producer = original
  context.disable()
  propagation.disable()
  trace.disable()
})

/** The class as the instrumentation leaves it, which it does to what a program requires as kafkajs 2. */
function instrumented(): new (...args: ConstructorParameters<typeof Kafka>) => Kafka {
  const instrumentation = new KafkaJsInstrumentation()
  instrumentation.setTracerProvider(provider)
  const [definition] = instrumentation.getModuleDefinitions()
  const patched = definition!.patch!({ ...ours }, '2.3.0') as typeof ours
  return patched.Kafka
}

async function traced(play: (producer: Producer) => Promise<unknown>): Promise<EmbeddedCluster> {
  const cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
  const kafka = new (instrumented())({ brokers: cluster.bootstrapServers, logLevel: 0 })
  const producer = kafka.producer({ transactionalId: 'tx', idempotent: true })
  await producer.connect()
  await play(producer)
  await producer.disconnect()
  return cluster
}

function traceIds(cluster: EmbeddedCluster): string[] {
  return cluster
    .records('t', { isolation: 'read_committed' })
    .map(({ headers }) => headers.map(([name, value]) => `${name} ${String(value)}`).join())
}

const idOf = (span: Pick<Span, 'spanContext'>): string => {
  const { traceId, spanId } = span.spanContext()
  return `traceparent 00-${traceId}-${spanId}-01`
}

test('the instrumentation of OpenTelemetry makes one span of a send, whose context the record has', async () => {
  await using cluster = await traced((producer) =>
    producer.send({ topic: 't', messages: [{ value: 'a' }] }),
  )
  const spans = exporter.getFinishedSpans()
  expect(spans).toHaveLength(1)
  expect(spans[0]).toMatchObject({ kind: SpanKind.PRODUCER, name: 'send t' })
  expect(traceIds(cluster)).toEqual([idOf(spans[0]!)])
})

test('the instrumentation of OpenTelemetry makes one span for each message of a sendBatch', async () => {
  await using cluster = await traced((producer) =>
    producer.sendBatch({
      topicMessages: [{ topic: 't', messages: [{ value: 'a' }, { value: 'b' }] }],
    }),
  )
  const spans = exporter.getFinishedSpans()
  expect(spans).toHaveLength(2)
  expect(traceIds(cluster).toSorted()).toEqual(spans.map(idOf).toSorted())
})

test('the sends of a transaction are children of its span, which commit ends', async () => {
  await using cluster = await traced(async (producer) => {
    const transaction = await producer.transaction()
    await transaction.send({ topic: 't', messages: [{ value: 'a' }] })
    await transaction.send({ topic: 't', messages: [{ value: 'b' }] })
    await transaction.commit()
  })
  const spans = exporter.getFinishedSpans()
  const parent = spans.find(({ name }) => name === 'transaction')
  const sends = spans.filter(({ name }) => name === 'send t')
  expect(parent).toBeDefined()
  for (const { parentSpanContext } of sends)
    expect(parentSpanContext!.spanId).toBe(parent!.spanContext().spanId)
  expect(traceIds(cluster)).toEqual(sends.map(idOf))
})
