import { inspect } from 'node:util'
import { partitionForKey } from '@sluice/partitioner'
import { describe, expect, test } from 'vitest'
import { jsonSerializer, type KafkaError, type Serializer } from '../../src/index.js'
import { createMockProducer } from '../../src/testing.js'
import { endOf, PacedProducer, reactions } from '../intake/paced-producer.js'

/** A serializer that keeps what it was given. */
function recording(make: (data: unknown) => unknown): Serializer<unknown> & { given: unknown[] } {
  const given: unknown[] = []
  return {
    given,
    serialize(topic, data, headers) {
      given.push([topic, data, headers])
      return make(data) as string
    },
  }
}

const calls: [
  string,
  (producer: ReturnType<typeof createMockProducer<unknown, unknown>>, record: never) => unknown,
][] = [
  ['send', (producer, record) => producer.send(record)],
  ['sendMany', (producer, record) => producer.sendMany([record])],
  ['enqueue', (producer, record) => producer.enqueue(record)],
]

describe.each(calls)('%s of a producer with serializers', (_name, call) => {
  test('sends what they make of key and value, within the call', () => {
    const [keys, values] = [recording((key) => `k${String(key)}`), recording(() => Buffer.of(1, 2))]
    const producer = createMockProducer({ keySerializer: keys, valueSerializer: values })
    const headers = { a: ['1', null] }
    const value = { total: 7 }
    void call(producer, { topic: 't', key: 5, value, headers, timestamp: 3 } as never)
    expect(producer.sent).toMatchObject([{ topic: 't', key: 'k5', value: new Uint8Array([1, 2]) }])
    const pairs = [
      ['a', '1'],
      ['a', null],
    ]
    expect(keys.given).toEqual([['t', 5, pairs]])
    expect(values.given).toEqual([['t', value, pairs]])
  })

  test('gives no null to them: it stays a tombstone, or no key', () => {
    const none = recording(() => 'never')
    const producer = createMockProducer({ keySerializer: none, valueSerializer: none })
    void call(producer, { topic: 't', key: null, value: null } as never)
    void call(producer, { topic: 't', value: null } as never)
    expect(none.given).toEqual([])
    expect(producer.sent.map(({ key, value }) => [key, value])).toEqual([
      [null, null],
      [null, null],
    ])
  })

  test('sends null where a serializer gives null, and empty text where it gives that', () => {
    const producer = createMockProducer({ valueSerializer: recording((data) => data) })
    void call(producer, { topic: 't', value: '' } as never)
    const nulls = createMockProducer({ valueSerializer: recording(() => null) })
    void call(nulls, { topic: 't', value: 'x' } as never)
    expect([...producer.sent, ...nulls.sent].map(({ value }) => value)).toEqual(['', null])
  })
})

const wrong: [string, () => unknown, string][] = [
  ['nothing', () => undefined, 'of type undefined'],
  ['a number', () => 7, 'of type number'],
  ['an object', () => ({ secret: 1 }), 'of type object'],
  ['an array', () => ['secret'], 'an array'],
]

describe.each([
  ['at once', (result: unknown): unknown => result],
  ['later', (result: unknown): unknown => Promise.resolve(result)],
])('a serializer that gives %s', (_when, give) => {
  test.each(wrong)(
    '%s fails its record alone, without contents in the error',
    async (_w, make, words) => {
      const producer = createMockProducer({
        valueSerializer: recording((data) => (data === 'good' ? 'good' : give(make()))),
      })
      const [bad, good] = ['secret', 'good'].map((value) =>
        endOf(producer.send({ topic: 't', value })),
      )
      await new Promise((resolve) => setImmediate(resolve))
      expect(bad!.error).toMatchObject({
        code: 'SERIALIZATION_FAILED',
        topic: 't',
        persisted: 'no',
      })
      expect(bad!.error!.message).toContain(`the value serializer gave what is ${words}`)
      expect(inspect(bad!.error)).not.toContain('secret')
      expect(good!.error).toBeUndefined()
      expect(producer.sent.map(({ value }) => value)).toEqual(['good'])
    },
  )
})

test('what a serializer throws, or rejects with, is the cause, and its message is not quoted', async () => {
  const cause = new Error('secret')
  const throwing = (): never => {
    throw cause
  }
  for (const make of [throwing, () => Promise.reject(cause)]) {
    const producer = createMockProducer({ keySerializer: recording(make) })
    const sent = producer.send({ topic: 't', key: 'k', value: '' })
    const error = await sent.catch((thrown: unknown) => thrown as KafkaError)
    expect(error).toMatchObject({ code: 'SERIALIZATION_FAILED', cause, persisted: 'no' })
    expect((error as KafkaError).message).toBe(
      'SERIALIZATION_FAILED: the key serializer failed for topic t',
    )
  }
})

test('an object without a serializer is refused, with the word serializer and without its text', async () => {
  class Order {
    toString(): string {
      return 'secret'
    }
  }
  const producer = createMockProducer()
  for (const record of [{ value: new Order() }, { key: new Order(), value: '' }])
    await expect(producer.send({ topic: 't', ...record } as never)).rejects.toThrow(
      /is of type object; give a string, a Uint8Array or null, or give the producer a (key|value)Serializer such as jsonSerializer\(\)/,
    )
  const keysOnly = createMockProducer({ keySerializer: jsonSerializer() })
  await expect(keysOnly.send({ topic: 't', value: {} as never })).rejects.toThrow('valueSerializer')
  await expect(keysOnly.send({ topic: 't', value: Promise.resolve('x') as never })).rejects.toThrow(
    'value is of type object',
  )
})

test('the same text is the key of the same partition with jsonSerializer and without', async () => {
  const quoted: Serializer<unknown> = { serialize: (_topic, key) => JSON.stringify(key) }
  const partitionWith = async (keySerializer?: Serializer<unknown>): Promise<number> => {
    const more = keySerializer === undefined ? {} : { keySerializer }
    const producer = createMockProducer<unknown>({ partitions: 12, ...more })
    return (await producer.send({ topic: 'orders', key: 'o-17', value: '' })).partition
  }
  const plain = partitionForKey(Buffer.from('o-17'), 12)
  expect(await partitionWith()).toBe(plain)
  expect(await partitionWith(jsonSerializer())).toBe(plain)
  expect(await partitionWith(quoted)).toBe(partitionForKey(Buffer.from('"o-17"'), 12))
  expect(await partitionWith(quoted)).not.toBe(plain)
})

test('a serializer that is not waited for costs a send no turn: records of all kinds keep their order', async () => {
  const paced = new PacedProducer({ valueSerializer: jsonSerializer() })
  paced.learn()
  const ends = [1, 2, 3].map((total) =>
    endOf(paced.producer.send({ topic: 't', value: { total } })),
  )
  expect(paced.acknowledge()).toBe(3)
  await reactions()
  expect(ends.map(({ result }) => result?.offset)).toEqual([0n, 1n, 2n])
})

test('a record is not sent by sendMany when a serializer throws for another one', async () => {
  const producer = createMockProducer({ valueSerializer: jsonSerializer() })
  const many = producer.sendMany([
    { topic: 't', value: 1 },
    { topic: 't', value: 5n },
  ])
  await expect(many).rejects.toMatchObject({ code: 'SERIALIZATION_FAILED' })
  await expect(many).rejects.toThrow('the value serializer failed for topic t: it is a bigint')
  expect(producer.sent).toEqual([])
})

test('a serializer that sends, or makes a topic name of its own, does not disturb the record', () => {
  const producer = createMockProducer<unknown, unknown>({
    valueSerializer: {
      serialize(_topic, data) {
        if (data === 'outer') producer.enqueue({ topic: 'u', key: 'k', value: 'inner' })
        return String(data)
      },
    },
  })
  producer.enqueue({ topic: 't', value: 'outer', partition: 0 })
  expect(producer.sent).toMatchObject([
    { topic: 'u', key: 'k', value: 'inner' },
    { topic: 't', value: 'outer', partition: 0 },
  ])
})

test('a topic that is not legal is refused before a serializer sees the record', async () => {
  const values = recording(() => '')
  const producer = createMockProducer({ valueSerializer: values })
  await expect(producer.send({ topic: 'not legal', value: 1 })).rejects.toMatchObject({
    code: 'INVALID_TOPIC_EXCEPTION',
  })
  expect(values.given).toEqual([])
})

test('interceptors see keys and values before serializers do, and may give others', async () => {
  const producer = createMockProducer({
    valueSerializer: jsonSerializer(),
    interceptors: [{ onSend: (record) => ({ ...record, value: [record.value] }) }],
  })
  await producer.send({ topic: 't', value: { total: 7 } })
  expect(producer.sent[0]!.value).toBe('[{"total":7}]')
})
