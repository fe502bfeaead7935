import { inspect } from 'node:util'
import type { ProducerInterceptor } from '@sluice/producer'
import { createMockProducer } from '@sluice/producer/testing'
import type { ProducerRecord } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { clientMetrics, tracing, type TracingOptions } from '../src/index.js'
import { MetricsInMemory } from './metrics-in-memory.js'
import { followContexts, TracesInMemory, w3c } from './traced.js'

followContexts()

const secret = 'ann@example.com'
const records = [
  { topic: 'orders', key: secret, value: `{"mail":"${secret}"}`, headers: { [secret]: secret } },
  { topic: 'orders', key: Buffer.from(secret), value: Buffer.from(secret) },
  { topic: 'orders', key: secret, value: null },
  { topic: 'orders', key: secret, value: secret.repeat(2_000) },
  { topic: 'orders', key: secret, value: 'a', headers: { [secret]: { mail: secret } as never } },
]

async function spansOf(options: TracingOptions): Promise<string[]> {
  const traces = new TracesInMemory()
  const { tracerProvider } = traces
  await sendAll(tracing({ ...options, tracerProvider, propagator: w3c }))
  return traces.spans.map((span) => {
    const { name, attributes, status, events, links, resource, instrumentationScope } = span
    const told = { name, attributes, status, events, links, resource, instrumentationScope }
    return inspect(told, { depth: 9, maxStringLength: Infinity })
  })
}

/** Sends each record by every call. Two of them are acknowledged. */
async function sendAll(interceptor: ProducerInterceptor): Promise<void> {
  const producer = createMockProducer({
    interceptors: [interceptor],
    // A plug-in may put what it likes into the text of its error.
    partitioner: {
      forTopic: () => ({
        partition({ record }) {
          if (record.value === null) throw new Error(`no place for ${String(record.key)}`)
          return 0
        },
      }),
    },
    maxRequestBytes: 2_048,
  })
  const enqueue = (record: ProducerRecord) => {
    try {
      producer.enqueue(record, () => {})
    } catch {
      // It throws for what is no record, beside telling the interceptor.
    }
  }
  for (const record of records) {
    await producer.send(record).catch(() => {})
    await producer.sendMany([record]).catch(() => {})
    enqueue(record)
  }
  await producer.flush()
}

test('nothing of a key, a value or a header is in a span, whether the record is sent or refused', async () => {
  const spans = await spansOf({})
  expect(spans).toHaveLength(15)
  expect(spans.filter((span) => span.includes('error.type'))).toHaveLength(9)
  expect(spans.filter((span) => span.includes('example.com'))).toEqual([])
})

test('a key that is text is in the span where the option says so, and nothing else is', async () => {
  const spans = await spansOf({ recordKeys: true })
  const withKey = spans.filter((span) =>
    span.includes(`'messaging.kafka.message.key': '${secret}'`),
  )
  expect(withKey.length).toBeGreaterThan(0)
  const others = spans.map((span) => span.replace(`'messaging.kafka.message.key': '${secret}'`, ''))
  expect(others.filter((span) => span.includes('example.com'))).toEqual([])
})

test('nothing of a key, a value or a header is in a metric', async () => {
  const memory = new MetricsInMemory()
  await sendAll(clientMetrics({ meterProvider: memory.meterProvider }))
  const metrics = inspect(await memory.collect(), { depth: 12, maxArrayLength: Infinity })
  expect(metrics).toContain('RECORD_TOO_LARGE')
  expect(metrics).not.toContain('example.com')
  await memory.close()
})
