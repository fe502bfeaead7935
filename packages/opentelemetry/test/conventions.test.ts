import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as conventions from '@opentelemetry/semantic-conventions/incubating'
import { createMockProducer } from '@sluice/producer/testing'
import { KafkaError } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { attribute, conventionsVersion, metric, operation, system } from '../src/conventions.js'
import { tracing } from '../src/index.js'
import { TracesInMemory, w3c } from './traced.js'

const entry = createRequire(import.meta.url).resolve('@opentelemetry/semantic-conventions')
const declarations = ['stable_attributes', 'experimental_attributes', 'experimental_metrics']
  .map((name) => readFileSync(join(dirname(entry), `${name}.d.ts`), 'utf8'))
  .join('\n')

/** Every name of the package, with whether its comment says that it is deprecated. */
const deprecated = new Map(
  [...declarations.matchAll(/\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*export declare const \w+: "(.*)"/g)]
    .map(([, comment, name]) => [name!, comment!.includes('@deprecated')] as const)
    .toSorted(([, one], [, other]) => Number(other) - Number(one)),
)

/** As the page "Semantic conventions for Kafka" of that version requires them of a span of a producer. */
const required = {
  ofAll: [
    conventions.ATTR_MESSAGING_SYSTEM,
    conventions.ATTR_MESSAGING_OPERATION_NAME,
    conventions.ATTR_MESSAGING_OPERATION_TYPE,
    conventions.ATTR_MESSAGING_DESTINATION_NAME,
  ],
  ofFailed: [conventions.ATTR_ERROR_TYPE],
  ofTombstones: [conventions.ATTR_MESSAGING_KAFKA_MESSAGE_TOMBSTONE],
}

describe('the semantic conventions', () => {
  test('are those of the version whose package is installed', () => {
    const manifest = readFileSync(join(dirname(entry), '../../package.json'), 'utf8')
    expect(JSON.parse(manifest)).toMatchObject({ version: conventionsVersion })
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    expect(readme).toContain(`version ${conventionsVersion}`)
  })

  test('have every name that is used, and none of these is deprecated', () => {
    const used = [...Object.values(attribute), ...Object.values(metric)]
    expect(used.map((name) => [name, deprecated.get(name)])).toEqual(
      used.map((name) => [name, false]),
    )
    expect(deprecated.get('messaging.kafka.message.offset')).toBe(true)
  })

  test('have every value that is used', () => {
    expect(system).toBe(conventions.MESSAGING_SYSTEM_VALUE_KAFKA)
    expect(operation).toBe(conventions.MESSAGING_OPERATION_TYPE_VALUE_SEND)
  })
})

test('each span has every attribute that is required, whatever the end of its record', async () => {
  const traces = new TracesInMemory()
  const { tracerProvider } = traces
  const producer = createMockProducer({
    interceptors: [tracing({ tracerProvider, propagator: w3c, clientId: 'shop' })],
    maxRequestBytes: 1_024,
    autoComplete: ({ value }) =>
      value === 'refused' ? new KafkaError('NOT_ENOUGH_REPLICAS', 'told by the test') : null,
  })
  const records = ['good', 'refused', 'x'.repeat(2_000), null, undefined].map((value) => {
    return { topic: 'orders', value: value as string | null }
  })
  for (const record of records) {
    await producer.send(record).catch(() => {})
    await producer.sendMany([record]).catch(() => {})
  }
  await producer.close()
  await producer.send(records[0]!).catch(() => {})

  const { spans } = traces
  expect(spans).toHaveLength(11)
  for (const { attributes, name } of spans) {
    expect(name).toBe('send orders')
    expect(Object.keys(attributes)).toEqual(expect.arrayContaining(required.ofAll))
    for (const known of Object.keys(attributes)) expect(deprecated.get(known)).toBe(false)
  }
  const having = (name: string) => spans.filter(({ attributes }) => name in attributes).length
  expect(required.ofFailed.map(having)).toEqual([7])
  expect(required.ofTombstones.map(having)).toEqual([2])
})
