import { context, trace } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { createProducer, type Producer, type Transaction } from '@sluice/producer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tracing } from '../src/index.js'
import { followContexts, traceparentOf, TracesInMemory, w3c } from './traced.js'

followContexts()

let cluster: EmbeddedCluster
beforeAll(async () => {
  cluster = await createEmbeddedCluster({ brokers: 2, defaultPartitions: 3 })
})
afterAll(() => cluster.close())

describe.each([
  ['inline', false],
  ["with a sender's thread", true],
])('%s', (mode, senderThread) => {
  const suffix = mode.length

  function traced(transactionalId?: string): { traces: TracesInMemory; producer: Producer } {
    const traces = new TracesInMemory()
    const { tracerProvider } = traces
    const producer = createProducer({
      bootstrapServers: cluster.bootstrapServers,
      senderThread,
      interceptors: [tracing({ tracerProvider, propagator: w3c })],
      ...(transactionalId === undefined ? {} : { transactionalId }),
    })
    return { traces, producer }
  }

  test('of 1 000 records each has a span, whose context and place are those of the record in the log', async () => {
    const topic = `thousand-${suffix}`
    const { traces, producer } = traced()
    await using _ = producer
    for (let i = 0; i < 1_000; i++) void producer.send({ topic, key: `${i}`, value: `${i}` })
    await producer.flush()
    expect(traces.spans).toHaveLength(1_000)
    const records = cluster.records(topic)
    expect(contextsOf(records)).toEqual(contextsOfSpans(traces.spans))
    expect(contextsOf(records).size).toBe(1_000)
  })

  test("the parent of each span is its own caller's, for every call that sends", async () => {
    const topic = `callers-${suffix}`
    const { traces, producer } = traced()
    await using _ = producer
    await expectParents(traces, producer, topic)
    await producer.flush()
  })

  test("the parent of each span is its own caller's in a transaction, too", async () => {
    const topic = `transactions-${suffix}`
    const { traces, producer } = traced(`tracing-${suffix}`)
    await using _ = producer
    await producer.transact((transaction) => expectParents(traces, transaction, topic))
    expect(traces.spans.filter(({ name }) => name.startsWith('send'))).toHaveLength(60)
    expect(cluster.records(topic, { isolation: 'read_committed' })).toHaveLength(60)
  })

  test('after a send, and in its callback, the caller is still in its own span', async () => {
    const topic = `afterwards-${suffix}`
    const { traces, producer } = traced()
    await using _ = producer
    const seen: (string | undefined)[] = []
    const look = () => seen.push(trace.getSpan(context.active())?.spanContext().spanId)
    const caller = await traces.inSpan('caller', async () => {
      await producer.send({ topic, value: 'a' }).then(look)
      const delivered = new Promise<void>((resolve) => {
        producer.enqueue({ topic, value: 'b' }, () => {
          look()
          resolve()
        })
      })
      await delivered
    })
    expect(seen).toEqual([caller, caller])
  })
})

type Calls = Pick<Producer | Transaction, 'send' | 'sendMany' | 'enqueue'>

/** Twenty callers send one record by each call, all at once. */
async function expectParents(traces: TracesInMemory, calls: Calls, topic: string): Promise<void> {
  const callers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      traces.inSpan(`caller ${i}`, async () => {
        const delivered = new Promise((resolve) => {
          calls.enqueue({ topic, value: `${i}` }, resolve)
        })
        const sent = calls.send({ topic, value: `${i}` })
        await Promise.all([sent, calls.sendMany([{ topic, value: `${i}` }]), delivered])
      }),
    ),
  )
  const parents = new Map<string, number>()
  for (const { name, parentSpanContext } of traces.spans) {
    const parent = parentSpanContext?.spanId
    if (name === `send ${topic}` && parent !== undefined)
      parents.set(parent, (parents.get(parent) ?? 0) + 1)
  }
  expect(parents).toEqual(new Map(callers.map((caller) => [caller, 3])))
}

/** Context by place in the log, of what consumers read. */
function contextsOf(records: ReturnType<EmbeddedCluster['records']>): Map<string, string> {
  return new Map(
    records.map(({ partition, offset, headers }) => {
      expect(headers.map(([name]) => name)).toEqual(['traceparent'])
      return [`${partition} ${offset}`, String(headers[0]?.[1])]
    }),
  )
}

function contextsOfSpans(spans: readonly ReadableSpan[]): Map<string, string> {
  return new Map(
    spans.map((span) => {
      const { attributes } = span
      const place = [
        attributes['messaging.destination.partition.id'],
        attributes['messaging.kafka.offset'],
      ]
      return [place.join(' '), traceparentOf(span)]
    }),
  )
}
