import { createContext, runInContext } from 'node:vm'
import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { KafkaError } from '@sluice/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProducer } from '../src/index.js'
import { loadInRealm } from './fixtures/other-realm.js'

let cluster: EmbeddedCluster
let topics = 0

beforeAll(async () => {
  cluster = await createEmbeddedCluster({ defaultPartitions: 1 })
})
afterAll(() => cluster.close())

const valuesOf = (topic: string): string[] =>
  cluster.records(topic).map(({ value }) => String(value))

test('bytes, headers and lists of another realm are taken as those of this one', async () => {
  const topic = `realm-${topics++}`
  const realm = createContext({ topic })
  const records = runInContext(
    `const bytes = (text) => Uint8Array.from(text, (unit) => unit.charCodeAt(0));
     [
       { topic, key: bytes('key'), value: bytes('value'), headers: { h: [bytes('1'), '2'] } },
       { topic, value: 'b', headers: new Map([['h', bytes('3')]]) },
       { topic, value: bytes(''), headers: {} },
     ]`,
    realm,
  ) as never
  await using producer = createProducer({ bootstrapServers: cluster.bootstrapServers })
  await producer.sendMany(records)
  const [first, second, third] = cluster.records(topic)
  expect([String(first!.key), String(first!.value)]).toEqual(['key', 'value'])
  expect([...first!.headers, ...second!.headers].map(([, value]) => String(value))).toEqual([
    '1',
    '2',
    '3',
  ])
  expect(third!.value).toHaveLength(0)
})

/** As little as a realm can have, and what jsdom has: timers that give numbers, and no setImmediate. */
const realms: [string, () => object][] = [
  ['a vm context without any global of Node', () => ({})],
  [
    'a browser-like window',
    () => ({
      setTimeout: () => 1,
      clearTimeout: () => {},
      setInterval: () => 1,
      clearInterval: () => {},
      AbortController: null,
      AbortSignal: null,
      Event: null,
    }),
  ],
]

describe.each(realms)('in %s', (_, globals) => {
  test('a producer is made, sends, compresses, tells of errors and closes', async () => {
    const topic = `realm-${topics++}`
    const realm = createContext(globals())
    const { createProducer: create } = loadInRealm('@sluice/producer', realm) as never as {
      createProducer: typeof createProducer
    }
    const { gzip } = loadInRealm('@sluice/protocol/gzip', realm) as never as {
      gzip: () => never
    }
    const seen: string[] = []
    const producer = create({
      bootstrapServers: cluster.bootstrapServers,
      compression: gzip(),
      observer: { batch: ({ errorCode }) => void seen.push(String(errorCode)) },
    })
    await producer.send({ topic, key: 'a', value: Buffer.from('a'.repeat(200)) })
    producer.enqueue({ topic, value: new Uint8Array([98]) }, (error) => seen.push(String(error)))
    await producer.flush()
    expect(await producer.partitionsFor(topic)).toMatchObject([{ topic, partition: 0 }])
    expect(valuesOf(topic)).toEqual(['a'.repeat(200), 'b'])
    const wrong = await producer.send({ topic, value: 7 as never }).catch((e: unknown) => e)
    expect(wrong).toBeInstanceOf(KafkaError)
    await producer.close()
    expect(seen).toEqual(expect.arrayContaining(['null']))
  })

  test('a failed connection says why', async () => {
    const { createProducer: create } = loadInRealm(
      '@sluice/producer',
      createContext(globals()),
    ) as never as { createProducer: typeof createProducer }
    const producer = create({ bootstrapServers: 'localhost:1' })
    const failure = await producer.connect().catch((e: unknown) => e)
    await producer.close()
    expect(failure).toMatchObject({
      code: 'CONNECTION_FAILED',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })

  test('a mock producer settles its records', async () => {
    const { createMockProducer } = loadInRealm(
      '@sluice/producer/testing',
      createContext(globals()),
    ) as never as { createMockProducer: () => ReturnType<typeof createProducer> }
    const producer = createMockProducer()
    await expect(
      producer.send({ topic: 't', value: Buffer.from('a'), headers: { h: 'x' } }),
    ).resolves.toMatchObject({ offset: 0n })
    await producer.close()
  })
})
