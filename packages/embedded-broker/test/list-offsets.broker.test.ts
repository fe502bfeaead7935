import { errorCodeOf, listOffsetsApi } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { batchOf } from './batches.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import { produceTo } from './produce-requests.js'
import type { RawClient } from './raw-client.js'

interface ListOptions {
  readonly name?: string
  readonly partitionIndex?: number
  readonly currentLeaderEpoch?: number
  readonly version?: number
}

async function listOffset(client: RawClient, timestamp: bigint, options: ListOptions = {}) {
  const { currentLeaderEpoch, name = 'orders', partitionIndex = 0, version = 11 } = options
  const response = await client.request(listOffsetsApi, version, {
    topics: [{ name, partitions: [{ partitionIndex, timestamp, currentLeaderEpoch }] }],
  })
  const partition = response.topics[0]!.partitions[0]!
  return [errorCodeOf(partition.errorCode), partition.offset, partition.timestamp]
}

/** Records at the times 100, 200 and 300, in two batches, to the first partition of `orders`. */
async function withRecords() {
  const cluster = await startCluster({ brokers: 2, topics: { orders: { partitions: 2 } } })
  const client = await connectTo(cluster)
  await produceTo(
    client,
    await batchOf([
      { value: 'a', timestamp: 100 },
      { value: 'b', timestamp: 300 },
    ]),
  )
  await produceTo(client, await batchOf([{ value: 'c', timestamp: 200 }]))
  return client
}

describe('ListOffsets', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])(
    'gives both ends of the log in version %i',
    async (version) => {
      const client = await withRecords()
      expect(await listOffset(client, -1n, { version })).toEqual([null, 3n, -1n])
      expect(await listOffset(client, -2n, { version })).toEqual([null, 0n, -1n])
    },
  )

  test('gives the first record at or after a time, or nothing', async () => {
    const client = await withRecords()
    expect(await listOffset(client, 0n)).toEqual([null, 0n, 100n])
    expect(await listOffset(client, 101n)).toEqual([null, 1n, 300n])
    expect(await listOffset(client, 301n)).toEqual([null, -1n, -1n])
  })

  test('gives the record with the highest time from version 7 on', async () => {
    const client = await withRecords()
    expect(await listOffset(client, -3n)).toEqual([null, 1n, 300n])
    expect(await listOffset(client, -3n, { version: 6 })).toEqual(['UNSUPPORTED_VERSION', -1n, -1n])
  })

  test('has nothing in tiered storage, and does not know other questions', async () => {
    const client = await withRecords()
    expect(await listOffset(client, -4n)).toEqual([null, 0n, -1n])
    expect(await listOffset(client, -5n)).toEqual([null, -1n, -1n])
    expect(await listOffset(client, -7n)).toEqual(['UNSUPPORTED_VERSION', -1n, -1n])
  })

  test.each([
    ['UNKNOWN_TOPIC_OR_PARTITION', { name: 'other' }],
    ['UNKNOWN_TOPIC_OR_PARTITION', { partitionIndex: 2 }],
    ['NOT_LEADER_OR_FOLLOWER', { partitionIndex: 1 }],
    ['UNKNOWN_LEADER_EPOCH', { currentLeaderEpoch: 1 }],
  ])('answers %s for %j', async (error, options) => {
    const client = await withRecords()
    expect(await listOffset(client, -1n, options)).toEqual([error, -1n, -1n])
  })
})
