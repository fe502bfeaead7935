import { Buffer } from 'node:buffer'
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { partitionForKey } from '@sluice/partitioner'
import { createMockProducer, serializerConformance } from '@sluice/producer/testing'
import avro from 'avsc'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { longsAsBigInt } from '../src/bigint-long.js'
import { byRecord, registrySerializer, type SubjectOf } from '../src/registry-serializer.js'
import { RegistryStub } from './registry-stub.js'
import { avroOrder, jsonOrder, protobufOrder } from './schemas.js'

interface Order {
  readonly id: string
  readonly total: bigint
  readonly at: bigint
}

let stub: RegistryStub
let registry: SchemaRegistry

beforeAll(async () => {
  stub = await RegistryStub.start()
})
afterAll(() => stub[Symbol.asyncDispose]())
beforeEach(() => {
  stub.requests.length = 0
  stub.subjects.clear()
  registry = new SchemaRegistry(
    { host: stub.host, retry: { retries: 0 } },
    { [SchemaType.AVRO]: longsAsBigInt() },
  )
})

const order = (total: bigint): Order => ({ id: 'o-17', total, at: 1_796_014_882_755_123n })

function avroProducer(subjectOf?: SubjectOf) {
  return createMockProducer({
    valueSerializer: registrySerializer<Order>(registry, avroOrder, subjectOf),
  })
}

/** What a reader sees that knows nothing of the package: the id, and the rest. */
function partsOf(value: unknown): { magic: number; id: number; payload: Buffer } {
  const bytes = Buffer.from(value as Uint8Array)
  return { magic: bytes[0]!, id: bytes.readUInt32BE(1), payload: bytes.subarray(5) }
}

const readAvro = (value: unknown): unknown =>
  avro.Type.forSchema(JSON.parse(avroOrder.schema), longsAsBigInt()).fromBuffer(
    partsOf(value).payload,
  )

describe('the conformance kit passes', () => {
  let conforming: RegistryStub
  beforeAll(async () => {
    conforming = await RegistryStub.start()
  })
  afterAll(() => conforming[Symbol.asyncDispose]())
  serializerConformance(
    test,
    () => registrySerializer(new SchemaRegistry({ host: conforming.host }), jsonOrder),
    [{ id: 'o-17' }, { id: 'o-18', total: 2 }],
  )
})

test.each([1, 10])(
  'S01: a thousand first sends to %i topics register each subject once, and keep their order',
  async (count) => {
    const producer = avroProducer()
    const topics = Array.from({ length: count }, (_, at) => `orders-${at}`)
    await Promise.all(
      Array.from({ length: 1_000 }, (_, total) =>
        producer.send({ topic: topics[total % count]!, value: order(BigInt(total)) }),
      ),
    )
    expect(stub.requests.length).toBe(new Set(stub.requests).size)
    expect(stub.requests.filter((line) => line.startsWith('POST ')).toSorted()).toEqual(
      topics.map((topic) => `POST /subjects/${topic}-value/versions`).toSorted(),
    )
    for (const [at, topic] of topics.entries()) {
      const own = producer.sent.filter((record) => record.topic === topic)
      const totals = own.map(({ value }) => (readAvro(value) as Order).total)
      const expected = Array.from({ length: 1_000 / count }, (_, turn) => turn * count + at)
      expect(totals).toEqual(expected.map(BigInt))
    }
    const before = stub.requests.length
    await producer.send({ topic: topics[0]!, value: order(0n) })
    expect(stub.requests).toHaveLength(before)
  },
)

test('an outage of the registry fails the sends that need it with its reason, and the next ones work', async () => {
  const producer = avroProducer()
  stub.down = true
  const sends = [1n, 2n].map((total) => producer.send({ topic: 'orders', value: order(total) }))
  for (const send of sends)
    await expect(send).rejects.toMatchObject({
      code: 'SERIALIZATION_FAILED',
      persisted: 'no',
      message: expect.stringMatching(
        /the schema registry gave no id for the subject orders-value: .*the registry is away/,
      ),
    })
  stub.down = false
  await producer.send({ topic: 'orders', value: order(3n) })
  // What is known needs no registry.
  stub.down = true
  await producer.send({ topic: 'orders', value: order(4n) })
  stub.down = false
  expect(producer.sent.map(({ value }) => (readAvro(value) as Order).total)).toEqual([3n, 4n])
})

test('S09: longs and timestamps of 64 bits arrive exactly, and a number, which may have been rounded, is refused', async () => {
  const producer = avroProducer()
  const totals = [0n, -1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)]
  for (const total of totals) await producer.send({ topic: 'orders', value: order(total) })
  const read = producer.sent.map(({ value }) => readAvro(value) as Order)
  expect(read.map(({ total }) => total)).toEqual(totals)
  expect(read.map(({ at }) => at)).toEqual(totals.map(() => 1_796_014_882_755_123n))
  // By Avro's specification, in zigzag and seven bits a byte: the largest long is 2^64 - 2.
  const largest = partsOf(producer.sent[3]!.value).payload
  expect([...largest.subarray(5, 15)]).toEqual([0xfe, ...Array.from({ length: 8 }, () => 0xff), 1])
  for (const total of [7, 2n ** 63n])
    await expect(
      producer.send({ topic: 'orders', value: { ...order(0n), total: total as bigint } }),
    ).rejects.toMatchObject({ code: 'SERIALIZATION_FAILED' })
  expect(producer.sent).toHaveLength(totals.length)
})

test('S09: without BigInt a long beyond 2^53 is refused as well, never rounded', async () => {
  const plain = new SchemaRegistry({ host: stub.host })
  const producer = createMockProducer({
    valueSerializer: registrySerializer<object>(plain, avroOrder),
  })
  const value = { id: 'o-17', total: 2 ** 53 + 2, at: 1 }
  await expect(producer.send({ topic: 'orders', value })).rejects.toMatchObject({
    code: 'SERIALIZATION_FAILED',
  })
  await producer.send({ topic: 'orders', value: { ...value, total: 42 } })
  expect(producer.sent).toHaveLength(1)
})

test('S04: a tombstone is null on the wire, and the registry hears nothing of it', async () => {
  const producer = avroProducer()
  await producer.send({ topic: 'orders', key: 'o-17', value: null })
  expect(producer.sent.map(({ value }) => value)).toEqual([null])
  expect(stub.requests).toEqual([])
})

test('S07: a key by Avro moves to another partition than the same text', async () => {
  const registered = registrySerializer<string>(
    registry,
    {
      type: SchemaType.AVRO,
      schema: '{"type":"record","name":"Key","fields":[{"name":"id","type":"string"}]}',
    },
    (topic) => `${topic}-key`,
  )
  const bytes = await registered.serialize('orders', { id: 'o-17' } as never, [])
  expect([...stub.subjects.keys()]).toEqual(['orders-key'])
  const partitions = [Buffer.from('o-17'), bytes as Uint8Array].map((key) =>
    partitionForKey(key, 12),
  )
  expect(partitions[0]).toBe(11)
  expect(partitions[1]).not.toBe(partitions[0])
})

test('subjects are named by topic, as Java names them, or by record, as the package does on its own', async () => {
  await avroProducer().send({ topic: 'orders', value: order(1n) })
  expect([...stub.subjects.keys()]).toEqual(['orders-value'])
  stub.subjects.clear()
  const byName = avroProducer(byRecord('com.example.Order'))
  await byName.sendMany(['orders', 'archive'].map((topic) => ({ topic, value: order(1n) })))
  expect([...stub.subjects.keys()]).toEqual(['com.example.Order'])
  stub.subjects.clear()
  await new SchemaRegistry({ host: stub.host }).register(JSON.parse(avroOrder.schema))
  expect([...stub.subjects.keys()]).toEqual(['com.example.Order'])
})

test('JSON is its text behind the id, and what the schema does not allow is refused', async () => {
  const producer = createMockProducer({
    valueSerializer: registrySerializer<object>(registry, jsonOrder),
  })
  await producer.send({ topic: 'orders', value: { id: 'o-17', total: 42 } })
  const { magic, payload } = partsOf(producer.sent[0]!.value)
  expect([magic, String(payload)]).toEqual([0, '{"id":"o-17","total":42}'])
  await expect(producer.send({ topic: 'orders', value: { total: 42 } })).rejects.toMatchObject({
    code: 'SERIALIZATION_FAILED',
    cause: { message: 'invalid payload' },
  })
})

test('Protobuf has a byte between the id and the message, which says that it is the first of its file', async () => {
  const producer = createMockProducer({
    valueSerializer: registrySerializer<object>(registry, protobufOrder),
  })
  const value = { id: 'o-17', total: 42 }
  await producer.send({ topic: 'orders', value })
  const sent = Buffer.from(producer.sent[0]!.value as Uint8Array)
  // Field 1 of four bytes of text, field 2 as a varint.
  expect([...partsOf(sent).payload]).toEqual([0, 0x0a, 4, ...Buffer.from('o-17'), 0x10, 42])
  expect(await registry.decode(sent)).toMatchObject(value)
})
