import { gunzipSync, gzipSync } from 'node:zlib'
import type { EmbeddedCluster } from '@sluice/embedded-broker'
import { CompressionCodecs, CompressionTypes, Kafka, logLevel } from '@sluice/kafkajs'
import type { Producer } from 'kafkajs-original'
import { expect, test } from 'vitest'
import { eventually } from '../../../test/eventually.js'
import { alone, recordsIn } from './side-by-side.js'

const messages = [{ value: 'a'.repeat(1_000), partition: 0 }]

/** What the Produce requests say, and the codec in the header of their batches. */
function requestsIn(cluster: EmbeddedCluster): object[] {
  const seen: object[] = []
  cluster.intercept('Produce', ({ request: { acks, timeoutMs, topicData } }) => {
    const batch = Buffer.concat(topicData[0]!.partitionData[0]!.records!)
    const attributes = batch.readInt16BE(21)
    seen.push({ acks, timeoutMs, codec: attributes & 7, isIdempotent: batch[43] !== 255 })
  })
  return seen
}

async function seenOf(call: (producer: Producer) => Promise<unknown>): Promise<unknown> {
  return alone('ours', async (producer, cluster) => {
    const seen = requestsIn(cluster)
    await call(producer)
    await eventually(() => expect(cluster.records('t').length).toBe(1))
    return seen[0]
  })
}

test('a send that says nothing asks for all acks, with 30 s for the replicas, without a codec', async () => {
  expect(await seenOf((producer) => producer.send({ topic: 't', messages }))).toEqual({
    acks: -1,
    timeoutMs: 30_000,
    codec: 0,
    isIdempotent: true,
  })
})

test('acks, timeout and compression of a send are those of its request', async () => {
  const settings = { acks: 1, timeout: 1_234, compression: CompressionTypes.GZIP }
  expect(await seenOf((producer) => producer.send({ topic: 't', messages, ...settings }))).toEqual({
    acks: 1,
    timeoutMs: 1_234,
    codec: 1,
    isIdempotent: false,
  })
})

test('a send with acks 0 resolves to no results', async () => {
  await seenOf(async (producer) => {
    expect(await producer.send({ topic: 't', messages, acks: 0 })).toEqual([])
  })
})

test('an idempotent producer refuses other acks in the words of kafkajs', async () => {
  await alone(
    'ours',
    async (producer) => {
      expect(producer.isIdempotent()).toBe(true)
      await expect(producer.send({ topic: 't', messages, acks: 1 })).rejects.toThrow(
        "Not requiring ack for all messages invalidates the idempotent producer's EoS guarantees",
      )
    },
    { producer: { idempotent: true } },
  )
})

test('an idempotent producer that may not retry is refused', () => {
  const kafka = new Kafka({ brokers: [], logLevel: logLevel.NOTHING })
  expect(() => kafka.producer({ idempotent: true, retry: { retries: 0 } })).toThrow(
    'Idempotent producer must allow retries to protect against transient errors',
  )
})

test('a codec that is put into the map later is used from the next send on, and sees the bytes as `buffer`', async () => {
  const original = CompressionCodecs[CompressionTypes.GZIP]
  const plain: Buffer[] = []
  await alone('ours', async (producer, cluster) => {
    const compression = CompressionTypes.GZIP
    await producer.send({ topic: 't', messages, compression })
    CompressionCodecs[CompressionTypes.GZIP] = () => ({
      compress: async (encoder: { buffer: Buffer }) => {
        plain.push(encoder.buffer)
        return gzipSync(encoder.buffer)
      },
      decompress: async (buffer: Buffer) => gunzipSync(buffer),
    })
    await producer.send({ topic: 't', messages, compression })
    expect(cluster.records('t')).toHaveLength(2)
  }).finally(() => (CompressionCodecs[CompressionTypes.GZIP] = original))
  expect(plain).toHaveLength(1)
  expect(plain[0]!.includes('a'.repeat(1_000))).toBe(true)
})

test('a record is as large as the broker takes it, not as our requests are', async () => {
  const value = 'a'.repeat(3_000_000)
  await alone(
    'ours',
    async (producer, cluster) => {
      await producer.send({ topic: 't', messages: [{ value }] })
      expect(cluster.records('t')).toHaveLength(1)
    },
    { cluster: { maxMessageBytes: 4_000_000 } },
  )
})

test('a hundred thousand sends that nobody awaits all end, without a limit of memory in their way', async () => {
  await alone('ours', async (producer, cluster) => {
    const value = 'x'.repeat(500)
    const sends = Array.from({ length: 100_000 }, () =>
      producer.send({ topic: 't', messages: [{ value }] }),
    )
    await Promise.all(sends)
    expect(cluster.records('t')).toHaveLength(100_000)
  })
})

test('headers: undefined is left out, null stays null, bytes stay bytes, and a list repeats its name', async () => {
  const headers = {
    none: undefined,
    nothing: null as never,
    text: 'größe',
    bytes: Buffer.from([0, 1, 0]),
    list: ['1', Buffer.from('2')],
  }
  await alone('ours', async (producer, cluster) => {
    await producer.send({ topic: 'u', messages: [{ value: 'v', headers }] })
    expect(recordsIn(cluster, 'u')).toEqual([
      {
        partition: 0,
        key: null,
        value: 'v',
        headers: [
          ['nothing', null],
          ['text', Buffer.from('größe').toString('latin1')],
          ['bytes', '\0\u0001\0'],
          ['list', '1'],
          ['list', '2'],
        ],
      },
    ])
  })
})

test('a partitioner of the program is asked once for each record, with all metadata, and never again for a retry', async () => {
  const asked: unknown[] = []
  const message = { value: 'v', partition: 2, extra: 'field' }
  await alone(
    'ours',
    async (producer, cluster) => {
      cluster.intercept('Produce', (call) => call.close(), { times: 1 })
      await producer.send({ topic: 't', messages: [message] })
      expect(recordsIn(cluster, 't')).toMatchObject([{ partition: 1 }])
    },
    {
      producer: {
        createPartitioner: () => (args) => {
          asked.push(args)
          return 1
        },
      },
    },
  )
  expect(asked).toHaveLength(1)
  expect(asked[0]).toMatchObject({
    topic: 't',
    partitionMetadata: [0, 1, 2].map((partitionId) => ({
      partitionId,
      partitionErrorCode: 0,
      leader: 0,
      replicas: [0],
      isr: [0],
      offlineReplicas: [],
    })),
  })
  expect(asked[0]).toHaveProperty('message', message)
})
