import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import type { PartitionInput } from '@sluice/partitioner'
import type { ProducerRecord } from '@sluice/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createProducer, type Producer, type ProducerOptions } from '../../src/index.js'
import { threadMode } from '../sender-thread-mode.js'

let cluster: EmbeddedCluster
let opened: Producer
let topics = 0

beforeAll(async () => {
  cluster = await createEmbeddedCluster({ brokers: 2, defaultPartitions: 4 })
})
afterAll(() => cluster.close())
afterEach(() => opened.close({ timeoutMs: 0 }))

/** The first send of a topic always waits, for its metadata. */
function open(options: Partial<ProducerOptions> = {}): { producer: Producer; topic: string } {
  opened = createProducer({ ...threadMode, bootstrapServers: cluster.bootstrapServers, ...options })
  return { producer: opened, topic: `waiting-${topics++}` }
}

const valuesOf = (topic: string): string[] =>
  cluster.records(topic).map(({ value }) => String(value))

describe('sends that nobody awaits', () => {
  test('are all taken at the defaults: a hundred thousand of 100 bytes before the metadata is there', async () => {
    const { producer, topic } = open()
    const value = Buffer.alloc(100, 'x')
    const sends = Array.from({ length: 100_000 }, () => producer.send({ topic, value }))
    const outcomes = await Promise.allSettled(sends)
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([])
    expect(cluster.records(topic)).toHaveLength(100_000)
  })

  test('are all taken at the defaults when the topic is known', async () => {
    const { producer, topic } = open()
    await producer.partitionsFor(topic)
    const value = 'x'.repeat(100)
    const sends = Array.from({ length: 100_000 }, () => producer.send({ topic, value }))
    const outcomes = await Promise.allSettled(sends)
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([])
  })

  test('are all taken over several topics, with keys and headers', async () => {
    const { producer, topic } = open()
    const sends = Array.from({ length: 50_000 }, (_, i) =>
      producer.send({
        topic: `${topic}-${i % 5}`,
        key: `k${i % 100}`,
        value: 'x'.repeat(80),
        headers: { id: 'abc' },
      }),
    )
    const outcomes = await Promise.allSettled(sends)
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([])
  })
})

describe('the bytes of a record', () => {
  test('are the caller’s again when send returns: one scratch buffer serves a thousand first sends', async () => {
    const { producer, topic } = open()
    const scratch = Buffer.alloc(4)
    const sends = Array.from({ length: 1_000 }, (_, i) => {
      scratch.writeUInt32BE(i)
      return producer.send({
        topic,
        partition: 0,
        key: scratch,
        value: scratch,
        headers: [['at', scratch]],
      })
    })
    scratch.fill(255)
    await Promise.all(sends)
    const read = cluster
      .records(topic)
      .map(({ key, value, headers }) =>
        [key, value, headers[0]?.[1]].map((bytes) => Buffer.from(bytes!).readUInt32BE()),
      )
    expect(read).toEqual(Array.from({ length: 1_000 }, (_, i) => [i, i, i]))
  })

  test('are the caller’s again when enqueue returns, and when their memory is transferred', async () => {
    const { producer, topic } = open()
    const bytes = new Uint8Array(Buffer.from('first'))
    producer.enqueue({ topic, partition: 0, value: bytes })
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
    await producer.flush()
    expect(valuesOf(topic)).toEqual(['first'])
  })

  test('are the caller’s again when a record waits for memory', async () => {
    const { producer, topic } = open({ bufferBytes: 65_536, batchBytes: 16_384 })
    await producer.partitionsFor(topic)
    const scratch = Buffer.alloc(1_000)
    const sends = Array.from({ length: 80 }, (_, i) => {
      scratch.fill(String(i % 10))
      return producer.send({ topic, partition: 0, value: scratch })
    })
    scratch.fill('!')
    await Promise.all(sends)
    expect(valuesOf(topic).map((value) => value[999])).toEqual(
      Array.from({ length: 80 }, (_, i) => String(i % 10)),
    )
  })

  test('of every kind of field are the same after the wait', async () => {
    const { producer, topic } = open()
    const late = { timestamp: 1_700_000_000_123 }
    const sent: Omit<ProducerRecord, 'topic'>[] = [
      { key: null, value: null, ...late },
      { key: '', value: '', ...late },
      { key: new Uint8Array(0), value: Buffer.from([0, 255, 128]), ...late },
      { key: 'schlüssel', value: '\u{1f600} €'.repeat(50), ...late },
      {
        value: 'v',
        headers: [
          ['n', null],
          ['n', ''],
          ['', 'é'],
          ['b', Buffer.from([1])],
        ],
        ...late,
      },
      { value: 'v', headers: {}, ...late },
    ]
    await Promise.all(sent.map((record) => producer.send({ topic, partition: 0, ...record })))
    const known = `${topic}-known`
    await producer.partitionsFor(known)
    for (const record of sent) await producer.send({ topic: known, partition: 0, ...record })
    const strip = (name: string): unknown[] =>
      cluster
        .records(name)
        .map(({ key, value, headers, timestamp }) => [key, value, headers, timestamp])
    expect(strip(topic)).toEqual(strip(known))
  })
})

describe('a record that has waited', () => {
  test('goes to the partition of its key, given as text or as bytes', async () => {
    const { producer, topic } = open()
    const keys = Array.from({ length: 50 }, (_, i) => `key-ü-${i}`)
    const early = await Promise.all(
      keys.map((key, i) =>
        producer.send({ topic, key: i % 2 === 0 ? key : Buffer.from(key), value: 'early' }),
      ),
    )
    const late = await Promise.all(keys.map((key) => producer.send({ topic, key, value: 'late' })))
    expect(early.map(({ partition }) => partition)).toEqual(late.map(({ partition }) => partition))
  })

  test('is shown to a partitioner as it was given, and no later change of the caller’s object', async () => {
    const seen: unknown[] = []
    const partition = ({ record, keyBytes }: PartitionInput): number => {
      seen.push({ ...record, keyBytes: String(keyBytes) })
      return 1
    }
    const { producer, topic } = open({ partitioner: { forTopic: () => ({ partition }) } })
    const record = { topic, key: 'k', value: 'text', timestamp: 5, headers: { a: 'b' } }
    const sent = producer.send(record)
    record.value = 'changed'
    expect((await sent).partition).toBe(1)
    expect(seen).toEqual([
      { topic, key: 'k', value: 'text', timestamp: 5, headers: [['a', 'b']], keyBytes: 'k' },
    ])
  })

  test('for a partition that does not exist fails alone', async () => {
    const { producer, topic } = open()
    const sends = [0, 4, 2 ** 40, 1].map((partition) =>
      producer.send({ topic, partition, value: 'v' }).then(
        () => 'sent',
        ({ code }) => code,
      ),
    )
    expect(await Promise.all(sends)).toEqual([
      'sent',
      'INVALID_PARTITION',
      'INVALID_PARTITION',
      'sent',
    ])
  })
})
