import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { KafkaError, type ProducerRecord } from '@sluice/protocol'
import { gzip } from '@sluice/protocol/gzip'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../../test/eventually.js'
import { createProducer, type Producer, type ProducerOptions } from '../src/index.js'
import { threadMode } from './sender-thread-mode.js'

let cluster: EmbeddedCluster
let opened: Producer
let topics = 0

beforeAll(async () => {
  cluster = await createEmbeddedCluster({ brokers: 3, defaultPartitions: 12 })
})
afterAll(() => cluster.close())
afterEach(() => opened.close())

function open(options: Partial<ProducerOptions> = {}): { producer: Producer; topic: string } {
  opened = createProducer({ ...threadMode, bootstrapServers: cluster.bootstrapServers, ...options })
  return { producer: opened, topic: `topic-${topics++}` }
}

describe('send', () => {
  test('puts a record into the log, whole, at the offset it returns', async () => {
    const { producer, topic } = open()
    const metadata = await producer.send({
      topic,
      key: 'schlüssel',
      value: 'wert ✓ 𝄞',
      partition: 7,
      timestamp: 1_700_000_000_123,
      headers: [
        ['a', 'eins'],
        ['a', Buffer.from([0, 255])],
        ['ü', null],
        ['leer', ''],
      ],
    })
    expect({ ...metadata }).toEqual({
      topic,
      partition: 7,
      offset: 0n,
      timestamp: 1_700_000_000_123,
    })
    expect(cluster.records(topic)).toEqual([
      {
        partition: 7,
        offset: 0n,
        timestamp: 1_700_000_000_123,
        key: Buffer.from('schlüssel'),
        value: Buffer.from('wert ✓ 𝄞'),
        headers: [
          ['a', Buffer.from('eins')],
          ['a', Buffer.from([0, 255])],
          ['ü', null],
          ['leer', Buffer.alloc(0)],
        ],
      },
    ])
  })

  test('tells null from empty, in key and value', async () => {
    const { producer, topic } = open()
    await Promise.all([
      producer.send({ topic, partition: 0, key: null, value: null }),
      producer.send({ topic, partition: 0, key: '', value: '' }),
      producer.send({ topic, partition: 0, value: new Uint8Array(0) }),
    ])
    const fields = cluster
      .records(topic)
      .map(({ key, value }) => [key?.length ?? null, value?.length ?? null])
    expect(fields).toEqual([
      [null, null],
      [0, 0],
      [null, 0],
    ])
  })

  test('keeps the order of one partition without awaiting', async () => {
    const { producer, topic } = open({ batchBytes: 1_024 })
    const sends = Array.from({ length: 3_000 }, (_, i) =>
      producer.send({ topic, key: `k${i % 50}`, value: String(i) }),
    )
    const results = await Promise.all(sends)
    const read = new Map(
      cluster.records(topic).map((r) => [`${r.partition}/${r.offset}`, String(r.value)]),
    )
    expect(read.size).toBe(3_000)
    for (const [i, { partition, offset }] of results.entries())
      expect(read.get(`${partition}/${offset}`)).toBe(String(i))
    for (let partition = 0; partition < 12; partition++) {
      const values = cluster
        .records(topic)
        .filter((r) => r.partition === partition)
        .map((r) => Number(r.value))
      expect(values).toEqual(values.toSorted((a, b) => a - b))
    }
  })

  test('keeps the keys apart of records that name a partition and records that do not', async () => {
    const { producer, topic } = open()
    await producer.partitionsFor(topic)
    const records = ['a', 'bb', null, 'c', 'dd', null].flatMap((key, i) => [
      { topic, key, value: `${key}`, ...(i % 2 === 0 && { partition: 3 }) },
      { topic, partition: 4, key, value: `${key}` },
    ])
    await Promise.all(records.map((record) => producer.send(record)))
    const read = cluster.records(topic).map(({ key, value }) => [String(key), String(value)])
    expect(read).toHaveLength(12)
    for (const [key, value] of read) expect(key).toBe(value)
  })

  test('compresses, and the broker reads the same records', async () => {
    const { producer, topic } = open({ compression: gzip() })
    const value = 'again and '.repeat(500)
    await Promise.all(
      Array.from({ length: 100 }, () => producer.send({ topic, partition: 3, value })),
    )
    expect(cluster.records(topic).map((r) => String(r.value))).toEqual(
      Array.from({ length: 100 }, () => value),
    )
  })

  test.each([
    ['acks 1', { acks: 1 as const }],
    ['acks all without idempotence', { idempotent: false }],
  ])('keeps the order with %s', async (_, options) => {
    const { producer, topic } = open({ ...options, batchBytes: 1_024 })
    await Promise.all(
      Array.from({ length: 1_000 }, (_unused, i) =>
        producer.send({ topic, partition: 1, value: `${i}` }),
      ),
    )
    expect(cluster.records(topic).map((r) => Number(r.value))).toEqual(
      Array.from({ length: 1_000 }, (_unused, i) => i),
    )
  })

  test('resolves with offset −1 when brokers do not acknowledge (acks 0)', async () => {
    const { producer, topic } = open({ acks: 0 })
    const { offset } = await producer.send({ topic, value: 'gone' })
    expect(offset).toBe(-1n)
    await eventually(() => expect(cluster.records(topic).length).toBe(1))
  })

  test('gives metadata that prints as JSON', async () => {
    const { producer, topic } = open()
    const metadata = await producer.send({ topic, partition: 0, timestamp: 5, value: 'x' })
    expect(JSON.parse(JSON.stringify(metadata))).toEqual({
      topic,
      partition: 0,
      offset: '0',
      timestamp: 5,
    })
  })

  test('takes bytes at the append: the caller may reuse them afterwards', async () => {
    const { producer, topic } = open()
    await producer.partitionsFor(topic)
    const value = Buffer.from('first')
    const sent = producer.send({ topic, partition: 0, value })
    value.write('other')
    await sent
    expect(String(cluster.records(topic)[0]?.value)).toBe('first')
  })
})

describe('a record that cannot be sent', () => {
  const wrong: [string, ProducerRecord, string][] = [
    ['no topic', { value: 'x' } as unknown as ProducerRecord, 'INVALID_ARGUMENT'],
    ['an illegal topic', { topic: 'a b', value: 'x' }, 'INVALID_TOPIC_EXCEPTION'],
    ['a number as value', { topic: 't', value: 5 as unknown as string }, 'INVALID_ARGUMENT'],
    ['a missing value', { topic: 't' } as unknown as ProducerRecord, 'INVALID_ARGUMENT'],
    [
      'an object as key',
      { topic: 't', key: {} as unknown as string, value: '' },
      'INVALID_ARGUMENT',
    ],
    [
      'a partition that is no integer',
      { topic: 't', partition: 1.5, value: '' },
      'INVALID_ARGUMENT',
    ],
    [
      'a partition that is not there',
      { topic: 't', partition: 12, value: '' },
      'INVALID_PARTITION',
    ],
    ['a timestamp before 1970', { topic: 't', timestamp: -1, value: '' }, 'INVALID_ARGUMENT'],
    [
      'a header that is a number',
      { topic: 't', value: '', headers: { a: 1 as unknown as string } },
      'INVALID_ARGUMENT',
    ],
  ]

  test.each(wrong)('is rejected alone: %s', async (_, record, code) => {
    const { producer, topic } = open()
    const before = producer.send({ topic, value: 'before' })
    const refused = producer.send(record)
    const after = producer.send({ topic, value: 'after' })
    await expect(refused).rejects.toMatchObject({ name: 'KafkaError', code, persisted: 'no' })
    await Promise.all([before, after])
  })

  test('is rejected alone when it is over maxRequestBytes', async () => {
    const { producer, topic } = open({ maxRequestBytes: 10_000, batchBytes: 4_096 })
    const sends = await Promise.allSettled(
      [100, 20_000, 9_000, 100].map((size) =>
        producer.send({ topic, partition: 0, value: 'x'.repeat(size) }),
      ),
    )
    expect(sends.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ])
    expect(sends[1]).toMatchObject({ reason: { code: 'RECORD_TOO_LARGE', persisted: 'no' } })
    expect(String((sends[1] as PromiseRejectedResult).reason.message)).toContain(
      'counted before compression, is over maxRequestBytes (10000)',
    )
  })

  test('shows nothing of its contents in the error', async () => {
    const { producer } = open()
    const error: unknown = await producer
      .send({
        topic: 't',
        key: 'secret-key',
        value: { secret: 'secret-value' } as unknown as string,
      })
      .catch((e: unknown) => e)
    expect(error).toBeInstanceOf(KafkaError)
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('secret')
  })

  test('is rejected alone when the partitioner throws or answers nonsense', async () => {
    const answers: (() => number)[] = [
      () => 0,
      () => {
        throw new Error('boom')
      },
      () => 99,
      () => Number.NaN,
      () => 1,
    ]
    const { producer, topic } = open({
      partitioner: { forTopic: () => ({ partition: () => answers.shift()!() }) },
    })
    const sends = await Promise.allSettled(
      Array.from({ length: 5 }, () => producer.send({ topic, value: 'x' })),
    )
    expect(
      sends.map((sent) => (sent.status === 'fulfilled' ? sent.value.partition : sent.reason.code)),
    ).toEqual([0, 'PARTITIONER_FAILED', 'INVALID_PARTITION', 'INVALID_PARTITION', 1])
    expect((sends[1] as PromiseRejectedResult).reason.cause).toMatchObject({ message: 'boom' })
  })

  test('is not one for the topic __proto__, which is like any other', async () => {
    const { producer } = open()
    const { offset } = await producer.send({ topic: '__proto__', partition: 0, value: 'x' })
    expect(offset).toBe(0n)
    expect(({} as Record<number, unknown>)[0]).toBeUndefined()
  })
})
