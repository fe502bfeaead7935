import { ByteReader, errorCodeOf, fetchApi, metadataApi, readBatchHeader } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { batchOf } from './batches.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import { produceTo } from './produce-requests.js'
import type { RawClient } from './raw-client.js'

interface FetchOptions {
  readonly topic?: string
  readonly topicId?: string
  readonly offsets?: readonly bigint[]
  readonly leaderEpoch?: number
  readonly maxWaitMs?: number
  readonly minBytes?: number
  readonly maxBytes?: number
  readonly partitionMaxBytes?: number
  readonly sessionId?: number
  readonly sessionEpoch?: number
  readonly version?: number
}

/** Fetches the partitions of `orders` from an offset each. */
function fetchBody(options: FetchOptions) {
  const {
    leaderEpoch = -1,
    offsets = [0n],
    partitionMaxBytes = 1_000_000,
    topic = 'orders',
  } = options
  return {
    maxWaitMs: options.maxWaitMs ?? 0,
    minBytes: options.minBytes ?? 1,
    maxBytes: options.maxBytes ?? 1_000_000,
    sessionId: options.sessionId ?? 0,
    sessionEpoch: options.sessionEpoch ?? -1,
    topics: [
      {
        ...(options.topicId === undefined ? { topic } : { topicId: options.topicId }),
        partitions: offsets.map((fetchOffset, partition) => ({
          partition,
          fetchOffset,
          currentLeaderEpoch: leaderEpoch,
          partitionMaxBytes,
        })),
      },
    ],
  }
}

async function fetchFrom(client: RawClient, options: FetchOptions = {}) {
  const version = options.version ?? (options.topicId === undefined ? 12 : 16)
  const response = await client.request(fetchApi, version, fetchBody(options))
  const partitions = (response.responses[0]?.partitions ?? []).map((partition) => ({
    ...partition,
    error: errorCodeOf(partition.errorCode),
    bytes: Buffer.concat(partition.records ?? []),
  }))
  return { ...response, partitions }
}

function baseOffsets(bytes: Buffer): bigint[] {
  const reader = new ByteReader(bytes)
  const offsets: bigint[] = []
  while (reader.remaining > 0) offsets.push(readBatchHeader(reader).baseOffset)
  return offsets
}

const topics = { orders: { partitions: 2 } }

/** A cluster with batches of one record in the first partition of `orders`. */
async function withBatches(count: number) {
  const cluster = await startCluster({ topics })
  const client = await connectTo(cluster)
  for (let index = 0; index < count; index++) {
    await produceTo(client, await batchOf([{ value: `${index}` }]))
  }
  return { cluster, client }
}

describe('Fetch', () => {
  test.each([4, 5, 6, 7, 8, 9, 10, 11, 12])(
    'gives the batches from an offset on in version %i',
    async (version) => {
      const { client } = await withBatches(3)
      const { partitions } = await fetchFrom(client, { offsets: [1n], version })
      expect(partitions[0]).toMatchObject({ error: null, highWatermark: 3n, lastStableOffset: 3n })
      expect(baseOffsets(partitions[0]!.bytes)).toEqual([1n, 2n])
    },
  )

  test.each([13, 14, 15, 16, 17, 18])(
    'finds the topic by its id in version %i',
    async (version) => {
      const { client } = await withBatches(1)
      const { topics: known } = await client.request(metadataApi, 12, { topics: null })
      const { topicId } = known[0]!
      const found = await fetchFrom(client, { topicId, version })
      expect(found.partitions[0]).toMatchObject({ error: null, highWatermark: 1n })
      const unknownId = '01234567-89ab-cdef-0123-456789abcdef'
      const missing = await fetchFrom(client, { topicId: unknownId, version })
      expect(missing.partitions[0]).toMatchObject({ error: 'UNKNOWN_TOPIC_ID' })
    },
  )

  test('gives the very bytes that were produced, but for offset and leader epoch', async () => {
    const { client } = await withBatches(1)
    const sent = await batchOf([{ value: 'x' }])
    await produceTo(client, sent)
    const { partitions } = await fetchFrom(client, { offsets: [1n] })
    const { bytes } = partitions[0]!
    expect(bytes.subarray(16).equals(sent.subarray(16))).toBe(true)
    expect([bytes.readBigInt64BE(0), bytes.readInt32BE(12)]).toEqual([1n, 0])
  })

  test('has no records and no error at the end, and an error beyond it', async () => {
    const { client } = await withBatches(2)
    const atEnd = await fetchFrom(client, { offsets: [2n] })
    expect(atEnd.partitions[0]).toMatchObject({ error: null, highWatermark: 2n })
    expect(atEnd.partitions[0]!.bytes).toHaveLength(0)
    for (const offset of [3n, -1n]) {
      const outside = await fetchFrom(client, { offsets: [offset] })
      expect(outside.partitions[0]).toMatchObject({ error: 'OFFSET_OUT_OF_RANGE' })
    }
  })

  test('knows no other topics and partitions', async () => {
    const { client } = await withBatches(1)
    const error = 'UNKNOWN_TOPIC_OR_PARTITION'
    expect((await fetchFrom(client, { topic: 'other' })).partitions[0]).toMatchObject({ error })
    const { partitions } = await fetchFrom(client, { offsets: [0n, 0n, 0n] })
    expect(partitions.map((partition) => partition.error)).toEqual([null, null, error])
  })

  test('keeps the limits, but gives the first batch whatever its size', async () => {
    const { client } = await withBatches(3)
    await produceTo(client, await batchOf([{ value: 'other' }]), { partition: 1 })
    const size = (await fetchFrom(client, { maxBytes: 0 })).partitions[0]!.bytes.length
    expect(size).toBeGreaterThan(61)
    const one = await fetchFrom(client, { offsets: [0n, 0n], partitionMaxBytes: 1 })
    expect(one.partitions.map(({ bytes }) => baseOffsets(bytes))).toEqual([[0n], []])
    const two = await fetchFrom(client, { offsets: [0n, 0n], maxBytes: 2 * size })
    expect(two.partitions.map(({ bytes }) => baseOffsets(bytes))).toEqual([[0n, 1n], []])
  })

  test('waits until there are enough bytes', async () => {
    const { client, cluster } = await withBatches(0)
    const producer = await connectTo(cluster)
    const size = (await batchOf([{ value: 'a' }])).length
    const options = { offsets: [0n, 0n], maxWaitMs: 10_000, minBytes: 2 * size }
    const fetched = fetchFrom(client, options)
    await produceTo(producer, await batchOf([{ value: 'a' }]))
    await produceTo(producer, await batchOf([{ value: 'b' }]), { partition: 1 })
    const { partitions } = await fetched
    expect(partitions.map(({ bytes }) => baseOffsets(bytes))).toEqual([[0n], [0n]])
  })

  test('gives what there is when the wait is over', async () => {
    const { client } = await withBatches(1)
    const start = performance.now()
    const { partitions } = await fetchFrom(client, { maxWaitMs: 100, minBytes: 1_000_000 })
    expect(baseOffsets(partitions[0]!.bytes)).toEqual([0n])
    expect(performance.now() - start).toBeGreaterThan(95)
  })

  test('does not wait where a partition has an error', async () => {
    const { client } = await withBatches(0)
    const { partitions } = await fetchFrom(client, { offsets: [0n, 9n], maxWaitMs: 60_000 })
    expect(partitions.map(({ error }) => error)).toEqual([null, 'OFFSET_OUT_OF_RANGE'])
  })

  test('names the leader to a client that asks another broker, and its endpoint from version 16 on', async () => {
    const cluster = await startCluster({ brokers: 2, topics })
    const client = await connectTo(cluster, 1)
    const { topics: known } = await client.request(metadataApi, 12, { topics: null })
    const { topicId } = known[0]!
    const { nodeEndpoints, partitions } = await fetchFrom(client, { topicId })
    expect(partitions[0]).toMatchObject({
      error: 'NOT_LEADER_OR_FOLLOWER',
      currentLeader: { leaderId: 0, leaderEpoch: 0 },
    })
    expect(nodeEndpoints.map(({ port }) => `127.0.0.1:${port}`)).toEqual([
      cluster.bootstrapServers[0],
    ])
  })

  test('refuses a leader epoch it has not reached', async () => {
    const { client } = await withBatches(1)
    expect((await fetchFrom(client, { leaderEpoch: 0 })).partitions[0]).toMatchObject({
      error: null,
    })
    expect((await fetchFrom(client, { leaderEpoch: 1 })).partitions[0]).toMatchObject({
      error: 'UNKNOWN_LEADER_EPOCH',
    })
  })

  test('keeps no session', async () => {
    const { client } = await withBatches(1)
    expect(await fetchFrom(client)).toMatchObject({ errorCode: 0, sessionId: 0 })
    const { errorCode } = await fetchFrom(client, { sessionId: 17, sessionEpoch: 1 })
    expect(errorCodeOf(errorCode)).toBe('FETCH_SESSION_ID_NOT_FOUND')
  })
})
