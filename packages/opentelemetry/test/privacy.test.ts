import { inspect } from 'node:util'
import { createMockProducer } from '@sluice/producer/testing'
import type { ProducerRecord } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { tracing, type TracingOptions } from '../src/index.js'
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
  const producer = createMockProducer({
    interceptors: [tracing({ ...options, tracerProvider, propagator: w3c })],
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
  return traces.spans.map((span) => {
    const { name, attributes, status, events, links, resource, instrumentationScope } = span
    const told = { name, attributes, status, events, links, resource, instrumentationScope }
    return inspect(told, { depth: 9, maxStringLength: Infinity })
  })
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
