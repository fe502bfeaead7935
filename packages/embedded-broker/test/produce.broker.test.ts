import { crc32c, metadataApi, produceApi, zeroUuid, type CompressionCodec } from '@sluice/protocol'
import { gzip } from '@sluice/protocol/gzip'
import { manualClock } from '@sluice/protocol/testing'
import { describe, expect, test } from 'vitest'
import { batchOf, firstTimestamp, sequencedBatch, type TestBatchOptions } from './batches.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import { produceBody, produceTo } from './produce-requests.js'

const topics = { orders: { partitions: 2 } }

/** Two records, and bytes of the batch changed; the CRC is right again. */
async function patched(
  patch: (batch: Buffer) => void,
  options?: TestBatchOptions,
): Promise<Buffer> {
  const batch = await batchOf([{ value: 'x' }, { value: 'y' }], options)
  patch(batch)
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17)
  return batch
}

/** Turns the bytes round, under the id of another codec. */
const reversing: CompressionCodec = {
  id: 2,
  name: 'reversing',
  compress: (input) => Promise.resolve(Uint8Array.from(input).reverse()),
  decompress: (input) => Promise.resolve(Uint8Array.from(input).reverse()),
}

describe('Produce', () => {
  test.each([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])('appends in version %i', async (version) => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    await produceTo(client, await batchOf([{ value: 'a' }, { value: 'b' }]), { version })
    const answer = await produceTo(client, await batchOf([{ value: 'c' }]), { version })
    expect(answer).toMatchObject({ error: null, baseOffset: 2n, logAppendTimeMs: -1n })
    expect(
      cluster.records('orders').map(({ offset, value }) => `${offset} ${String(value)}`),
    ).toEqual(['0 a', '1 b', '2 c'])
  })

  test('finds the topic by its id in version 13', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    const { topics: known } = await client.request(metadataApi, 12, { topics: null })
    const batch = await batchOf([{ value: 'a' }])
    const { topicId } = known[0]!
    expect(await produceTo(client, batch, { topicId })).toMatchObject({ error: null })
    for (const unknown of [zeroUuid, '01234567-89ab-cdef-0123-456789abcdef']) {
      expect(await produceTo(client, batch, { topicId: unknown })).toMatchObject({
        error: 'UNKNOWN_TOPIC_ID',
        baseOffset: -1n,
      })
    }
  })

  test('does not create topics, and knows no partition out of range', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    const batch = await batchOf([{ value: 'a' }])
    for (const options of [{ topic: 'other' }, { partition: 2 }, { partition: -1 }]) {
      expect(await produceTo(client, batch, options)).toMatchObject({
        error: 'UNKNOWN_TOPIC_OR_PARTITION',
      })
    }
    expect(cluster.records('other')).toEqual([])
  })

  test('answers each partition of a request for itself', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    const batch = await batchOf([{ value: 'a' }])
    const response = await client.request(produceApi, 12, {
      transactionalId: null,
      acks: -1,
      timeoutMs: 1000,
      topicData: [
        { name: 'none', partitionData: [{ index: 0, records: [batch] }] },
        { name: 'orders', partitionData: [1, 7].map((index) => ({ index, records: [batch] })) },
      ],
    })
    expect(
      response.responses.map(({ name, partitionResponses }) => [
        name,
        ...partitionResponses.map(({ errorCode, index }) => [index, errorCode]),
      ]),
    ).toEqual([
      ['none', [0, 3]],
      ['orders', [1, 0], [7, 3]],
    ])
  })

  test('names the leader and where it listens to a client that asks another broker', async () => {
    const cluster = await startCluster({ brokers: 2, topics })
    const client = await connectTo(cluster, 0)
    const body = produceBody(await batchOf([{ value: 'a' }]), { partition: 1 })
    const response = await client.request(produceApi, 10, body)
    expect(response.responses[0]!.partitionResponses[0]).toMatchObject({
      errorCode: 6,
      currentLeader: { leaderId: 1, leaderEpoch: 0 },
    })
    expect(response.nodeEndpoints).toHaveLength(1)
    const { host, nodeId, port } = response.nodeEndpoints[0]!
    expect([nodeId, `${host}:${port}`]).toEqual([1, cluster.bootstrapServers[1]])
    expect(
      await produceTo(client, body.topicData[0]!.partitionData[0]!.records![0]!, {
        partition: 1,
        version: 9,
      }),
    ).toMatchObject({
      error: 'NOT_LEADER_OR_FOLLOWER',
      currentLeader: { leaderId: -1 },
    })
    expect(cluster.records('orders')).toEqual([])
  })

  test.each([2, -2, 7])('refuses acks %i', async (acks) => {
    const client = await connectTo(await startCluster({ topics }))
    expect(await produceTo(client, await batchOf([{ value: 'a' }]), { acks })).toMatchObject({
      error: 'INVALID_REQUIRED_ACKS',
    })
  })

  test('does not answer acks 0', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    client.send(produceApi, 12, produceBody(await batchOf([{ value: 'a' }]), { acks: 0 }))
    const answer = await produceTo(client, await batchOf([{ value: 'b' }]))
    expect(answer).toMatchObject({ error: null, baseOffset: 1n })
  })

  test('closes the connection where acks 0 cannot be told of a failure', async () => {
    const client = await connectTo(await startCluster({ topics }))
    const body = produceBody(await batchOf([{ value: 'a' }]), { acks: 0, partition: 9 })
    client.send(produceApi, 12, body)
    expect(await client.frame()).toBeNull()
  })

  test('reads gzip and the codecs it was given, synchronous or not, and keeps the batch as it was sent', async () => {
    const cluster = await startCluster({ topics, codecs: [gzip(), reversing] })
    const client = await connectTo(cluster)
    for (const codec of [gzip(), reversing]) {
      const batch = await batchOf([{ value: 'a' }, { value: 'b' }], { codec })
      expect(await produceTo(client, batch)).toMatchObject({ error: null })
    }
    expect(cluster.records('orders').map(({ value }) => String(value))).toEqual([
      'a',
      'b',
      'a',
      'b',
    ])
  })

  test('refuses a codec it was not given, and zstd before version 7 whatever it was given', async () => {
    const zstd: CompressionCodec = { ...reversing, id: 4 }
    const client = await connectTo(await startCluster({ topics, codecs: [zstd] }))
    const gzipped = await batchOf([{ value: 'a' }], { codec: gzip() })
    const zstdBatch = await batchOf([{ value: 'a' }], { codec: zstd })
    const refusal = { error: 'UNSUPPORTED_COMPRESSION_TYPE' }
    expect(await produceTo(client, gzipped)).toMatchObject(refusal)
    expect(await produceTo(client, zstdBatch, { version: 6 })).toMatchObject(refusal)
    expect(await produceTo(client, zstdBatch, { version: 7 })).toMatchObject({ error: null })
  })

  test('refuses a batch over message.max.bytes and takes one of exactly that size', async () => {
    const client = await connectTo(await startCluster({ topics, maxMessageBytes: 100 }))
    const overhead = (await batchOf([{ value: '' }])).length
    const fits = await batchOf([{ value: 'x'.repeat(100 - overhead) }])
    expect(fits).toHaveLength(100)
    expect(await produceTo(client, fits)).toMatchObject({ error: null })
    expect(
      await produceTo(client, await batchOf([{ value: 'x'.repeat(101 - overhead) }])),
    ).toMatchObject({ error: 'MESSAGE_TOO_LARGE' })
  })

  test('refuses a batch whose CRC is wrong', async () => {
    const client = await connectTo(await startCluster({ topics }))
    const batch = await batchOf([{ value: 'a' }])
    batch[batch.length - 2]! ^= 1
    expect(await produceTo(client, batch)).toMatchObject({ error: 'CORRUPT_MESSAGE' })
  })

  test.each<[string, Uint8Array | null | Promise<Uint8Array>]>([
    ['no records', null],
    ['empty records', new Uint8Array(0)],
    [
      'two batches',
      Promise.all([batchOf([{ value: 'a' }]), batchOf([{ value: 'b' }])]).then((both) =>
        Buffer.concat(both),
      ),
    ],
    ['half a batch', batchOf([{ value: 'a' }]).then((batch) => batch.subarray(0, -1))],
    ['the old format', patched((batch) => batch.writeInt8(1, 16))],
    ['a base offset', patched((batch) => batch.writeInt32BE(5, 4))],
    ['a count that the last offset contradicts', patched((batch) => batch.writeInt32BE(3, 57))],
    [
      'fewer records than announced',
      patched((batch) => {
        batch.writeInt32BE(2, 23)
        batch.writeInt32BE(3, 57)
      }),
    ],
    [
      'more records than announced',
      patched((batch) => {
        batch.writeInt32BE(0, 23)
        batch.writeInt32BE(1, 57)
      }),
    ],
    [
      'no records in a batch',
      patched((batch) => {
        batch.writeInt32BE(-1, 23)
        batch.writeInt32BE(0, 57)
      }),
    ],
    ['an offset delta out of sequence', patched((batch) => batch.writeInt8(2, 64))],
    ['a record that is longer than it says', patched((batch) => batch.writeInt8(2, 61))],
    ['a control batch', patched((batch) => batch.writeInt16BE(0x20, 21))],
    [
      'an id without a sequence',
      patched((batch) => batch.writeInt32BE(-1, 53), { producerId: 1n }),
    ],
  ])('refuses %s as INVALID_RECORD', async (_, records) => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    const answer = await produceTo(client, await records)
    expect(answer).toMatchObject({ error: 'INVALID_RECORD', baseOffset: -1n })
    expect(answer.errorMessage).toMatch(/^(?!INVALID_RECORD).{10}/)
    expect(cluster.records('orders')).toEqual([])
  })

  test('refuses compressed records that do not decompress', async () => {
    const client = await connectTo(await startCluster({ topics }))
    const batch = await patched((bytes) => bytes.writeInt16BE(1, 21))
    expect(await produceTo(client, batch)).toMatchObject({ error: 'UNKNOWN_SERVER_ERROR' })
  })

  test('names the records that are more than an hour ahead, and writes none', async () => {
    const runtime = manualClock()
    const cluster = await startCluster({ topics, runtime })
    const client = await connectTo(cluster)
    const at = (ahead: number) => ({ value: 'a', timestamp: runtime.wallClock() + ahead })
    const batch = await batchOf([at(0), at(3_600_001), at(3_600_000), at(9_999_999)])
    const { error, recordErrors } = await produceTo(client, batch)
    expect([error, recordErrors.map(({ batchIndex }) => batchIndex)]).toEqual([
      'INVALID_TIMESTAMP',
      [1, 3],
    ])
    expect(cluster.records('orders')).toEqual([])
    runtime.advance(9_999_999)
    expect(await produceTo(client, batch)).toMatchObject({ error: null })
  })

  test.each([5, 6, 7])('knows no codec %i', async (codecId) => {
    const client = await connectTo(await startCluster({ topics }))
    const batch = await patched((bytes) => bytes.writeInt16BE(codecId, 21))
    expect(await produceTo(client, batch)).toMatchObject({ error: 'UNKNOWN_SERVER_ERROR' })
  })

  test.each([3, -1])('finds format %i corrupt', async (magic) => {
    const client = await connectTo(await startCluster({ topics }))
    const batch = await patched((bytes) => bytes.writeInt8(magic, 16))
    expect(await produceTo(client, batch)).toMatchObject({ error: 'CORRUPT_MESSAGE' })
  })

  test('refuses transactional batches in a request without a transactional id', async () => {
    const client = await connectTo(await startCluster({ topics }))
    const batch = await batchOf([{ value: 'a' }], { producerId: 1n, transactional: true })
    expect(await produceTo(client, batch)).toMatchObject({
      error: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
      logStartOffset: -1n,
    })
  })

  test('answers a repeated batch with its first offset and its own time, and writes it once', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    await produceTo(client, await batchOf([{ value: 'before' }]))
    const batch = await sequencedBatch(5n, 0, 0, 2)
    await produceTo(client, batch)
    expect(await produceTo(client, batch)).toMatchObject({
      error: null,
      baseOffset: 1n,
      logAppendTimeMs: BigInt(firstTimestamp),
      logStartOffset: 0n,
    })
    expect(cluster.records('orders')).toHaveLength(3)
    expect(cluster.batchCount('orders')).toBe(2)
  })

  test('keeps one window a partition, whatever the connection', async () => {
    const cluster = await startCluster({ topics })
    const first = await connectTo(cluster)
    const second = await connectTo(cluster)
    await produceTo(first, await sequencedBatch(5n, 0, 0))
    expect(await produceTo(second, await sequencedBatch(5n, 0, 2))).toMatchObject({
      error: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
      baseOffset: -1n,
      logStartOffset: 0n,
    })
    const elsewhere = await produceTo(second, await sequencedBatch(5n, 0, 2), { partition: 1 })
    expect(elsewhere).toMatchObject({ error: null })
    expect(await produceTo(second, await sequencedBatch(5n, 0, 1))).toMatchObject({
      error: null,
      baseOffset: 1n,
    })
  })
})
