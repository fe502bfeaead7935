import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import type { KafkaError, RecordMetadata } from '@sluice/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../../../test/eventually.js'
import { createProducer, type Producer, type ProducerOptions } from '../../src/index.js'
import { threadMode } from '../sender-thread-mode.js'

let cluster: EmbeddedCluster
let opened: Producer
let topics = 0

beforeAll(async () => {
  cluster = await createEmbeddedCluster({ brokers: 2, defaultPartitions: 4 })
})
afterAll(() => cluster.close())
afterEach(() => opened.close())

function open(options: Partial<ProducerOptions> = {}): { producer: Producer; topic: string } {
  opened = createProducer({ ...threadMode, bootstrapServers: cluster.bootstrapServers, ...options })
  return { producer: opened, topic: `many-${topics++}` }
}

describe('sendMany', () => {
  test('answers in the order of its input, over several topics and partitions', async () => {
    const { producer, topic } = open()
    const records = Array.from({ length: 200 }, (_, i) => ({
      topic: `${topic}-${i % 3}`,
      key: `k${i % 17}`,
      value: `${i}`,
    }))
    const results = await producer.sendMany(records)
    for (const [i, { topic: name, partition, offset }] of results.entries()) {
      const record = cluster
        .records(name)
        .find((r) => r.partition === partition && r.offset === offset)
      expect(String(record?.value)).toBe(String(i))
    }
  })

  test('sends nothing when one record is not valid', async () => {
    const { producer, topic } = open()
    const records = [
      { topic, value: 'a' },
      { topic, value: 7 as unknown as string },
    ]
    await expect(producer.sendMany(records)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    await producer.flush()
    expect(cluster.records(topic)).toEqual([])
  })

  test('rejects with PARTIAL_FAILURE and the result of each when some fail', async () => {
    const { producer, topic } = open({ maxRequestBytes: 2_000, batchBytes: 1_024 })
    const records = [
      { topic, value: 'a' },
      { topic, value: 'x'.repeat(3_000) },
      { topic, value: 'b' },
    ]
    const error: KafkaError = await producer.sendMany(records).then(
      () => expect.unreachable(),
      (e: KafkaError) => e,
    )
    expect(error).toMatchObject({ code: 'PARTIAL_FAILURE' })
    expect(error.message).toContain('1 of 3 records failed')
    expect(error.results).toMatchObject([{ topic }, { code: 'RECORD_TOO_LARGE' }, { topic }])
  })

  test('resolves with an empty list for an empty list', async () => {
    const { producer } = open()
    await expect(producer.sendMany([])).resolves.toEqual([])
  })
})

describe('enqueue', () => {
  test('calls back once for each record, in order, with its context', async () => {
    const { producer, topic } = open()
    const seen: [number, bigint][] = []
    const onDelivery = (
      error: KafkaError | null,
      metadata: RecordMetadata | null,
      context: number,
    ): void => {
      expect(error).toBeNull()
      seen.push([context, metadata!.offset])
    }
    for (let i = 0; i < 500; i++)
      producer.enqueue({ topic, partition: 2, value: `${i}` }, onDelivery, i)
    expect(seen).toEqual([])
    await producer.flush()
    expect(seen).toEqual(Array.from({ length: 500 }, (_, i) => [i, BigInt(i)]))
  })

  test('returns false when to wait, takes the record all the same, and goes on when drained', async () => {
    const { producer, topic } = open({ bufferBytes: 65_536, batchBytes: 8_192 })
    const value = Buffer.alloc(1_000)
    let taken = 0
    let waits = 0
    let delivered = 0
    while (taken < 1_000) {
      const hasRoom = producer.enqueue({ topic, value }, () => delivered++)
      taken++
      if (hasRoom) continue
      waits++
      await producer.drained()
    }
    await producer.flush()
    expect(waits).toBeGreaterThan(5)
    expect(delivered).toBe(1_000)
    expect(cluster.records(topic)).toHaveLength(1_000)
  })

  test('tells of a refused record on the next turn, never inside the call', async () => {
    const { producer, topic } = open({ maxRequestBytes: 2_000, batchBytes: 1_024 })
    const codes: string[] = []
    producer.enqueue({ topic, value: 'x'.repeat(5_000) }, (error) => codes.push(error!.code))
    expect(codes).toEqual([])
    await eventually(() => expect(codes).toEqual(['RECORD_TOO_LARGE']))
  })

  test('throws for a mistake of the program', () => {
    const { producer, topic } = open()
    expect(() => producer.enqueue({ topic, value: 1 as unknown as string })).toThrow(
      /INVALID_ARGUMENT/,
    )
  })

  test('tells onDeliveryError of the failure of a record without a callback', async () => {
    const heard: KafkaError[] = []
    const { producer, topic } = open({
      maxRequestBytes: 2_000,
      batchBytes: 1_024,
      onDeliveryError: (error) => heard.push(error),
    })
    producer.enqueue({ topic, value: 'x'.repeat(5_000) })
    await eventually(() => expect(heard.map(({ code }) => code)).toEqual(['RECORD_TOO_LARGE']))
  })

  test('goes on after a callback that throws', async () => {
    const errors: string[] = []
    const quiet = {
      debug() {},
      info() {},
      warn() {},
      error: (message: string) => void errors.push(message),
    }
    const { producer, topic } = open({ logger: quiet })
    let delivered = 0
    producer.enqueue({ topic, partition: 0, value: 'a' }, () => {
      throw new Error('mine')
    })
    producer.enqueue({ topic, partition: 0, value: 'b' }, () => delivered++)
    await producer.flush()
    expect(delivered).toBe(1)
    expect(errors).toEqual([expect.stringContaining('mine')])
  })

  test('refuses a flush or a close inside a callback, which would wait for itself', async () => {
    const { producer, topic } = open()
    const refused: Promise<unknown>[] = []
    producer.enqueue({ topic, value: 'a' }, () => {
      refused.push(
        producer.flush().catch((e: KafkaError) => e.code),
        producer.close().catch((e: KafkaError) => e.code),
      )
    })
    await producer.flush()
    await expect(Promise.all(refused)).resolves.toEqual(['ILLEGAL_STATE', 'ILLEGAL_STATE'])
  })
})
