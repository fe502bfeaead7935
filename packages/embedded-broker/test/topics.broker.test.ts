import { errorCodeOf, fetchApi, metadataApi } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../../test/eventually.js'
import { batchOf, sequencedBatch } from './batches.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import { produceTo } from './produce-requests.js'

const topics = { orders: { partitions: 2 } }
const orders = { topics: [{ name: 'orders' }] }

describe('a topic', () => {
  test('deleted and created again is another one: its old id is unknown, its log new', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    const batch = await sequencedBatch(5n, 0, 7)
    const old = cluster.topic('orders')!.id
    await produceTo(client, batch, { topicId: old })
    cluster.deleteTopic('orders')
    expect(cluster.topic('orders')).toBeUndefined()
    expect(await produceTo(client, batch, { topicId: old })).toMatchObject({
      error: 'UNKNOWN_TOPIC_ID',
    })
    expect(await produceTo(client, batch)).toMatchObject({ error: 'UNKNOWN_TOPIC_OR_PARTITION' })
    cluster.createTopic('orders', { partitions: 3 })
    const topicId = cluster.topic('orders')!.id
    expect(topicId).not.toBe(old)
    expect(await produceTo(client, batch, { topicId: old })).toMatchObject({
      error: 'UNKNOWN_TOPIC_ID',
    })
    expect(await produceTo(client, batch, { topicId })).toMatchObject({ baseOffset: 0n })
    expect(cluster.topic('orders')!.partitions).toHaveLength(3)
  })

  test('deleted ends a Fetch that waits for it', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 }]
    const body = { maxWaitMs: 60_000, minBytes: 1, topics: [{ topic: 'orders', partitions }] }
    const answer = client.request(fetchApi, 12, body)
    await eventually(() => expect(cluster.brokers[0]!.requestCount('Fetch')).toBe(1))
    cluster.deleteTopic('orders')
    const { responses } = await answer
    expect(errorCodeOf(responses[0]!.partitions[0]!.errorCode)).toBe('UNKNOWN_TOPIC_OR_PARTITION')
  })

  test('hidden is in no metadata and not created, and takes records', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    const errorOf = async (body: object) => {
      const { topics: found } = await client.request(metadataApi, 12, body)
      return found.map(({ errorCode }) => errorCodeOf(errorCode))
    }
    const byId = { topics: [{ topicId: cluster.topic('orders')!.id, name: null }] }
    const show = cluster.hideTopic('orders')
    expect(await errorOf(orders)).toEqual(['UNKNOWN_TOPIC_OR_PARTITION'])
    expect(await errorOf(byId)).toEqual(['UNKNOWN_TOPIC_ID'])
    expect(await errorOf({ topics: null })).toEqual([])
    expect(await produceTo(client, await batchOf([{ value: 'a' }]))).toMatchObject({ error: null })
    show()
    expect([await errorOf(orders), await errorOf(byId)]).toEqual([[null], [null]])
  })

  test('gets more partitions and other limits while it lives', async () => {
    const cluster = await startCluster({ brokers: 2, topics })
    const client = await connectTo(cluster)
    const batch = await batchOf([{ value: 'a' }])
    cluster.alterTopic('orders', { partitions: 4, maxMessageBytes: batch.length - 1 })
    expect((await client.request(metadataApi, 12, orders)).topics[0]!.partitions).toHaveLength(4)
    expect(await produceTo(client, batch, { partition: 2 })).toMatchObject({
      error: 'MESSAGE_TOO_LARGE',
    })
    cluster.alterTopic('orders', { maxMessageBytes: batch.length, minInsyncReplicas: 2 })
    expect(await produceTo(client, batch, { partition: 2 })).toMatchObject({ error: null })
    cluster.setInSyncReplicas('orders', 2, [0])
    expect(await produceTo(client, batch, { partition: 2 })).toMatchObject({
      error: 'NOT_ENOUGH_REPLICAS',
    })
  })

  test('can lose its oldest records, and keeps what it knows of producers', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    const batches = [await sequencedBatch(5n, 0, 0, 2), await sequencedBatch(5n, 0, 2)] as const
    for (const batch of batches) await produceTo(client, batch)
    cluster.deleteRecords('orders', 0, 2n)
    expect(cluster.records('orders').map(({ offset }) => offset)).toEqual([2n])
    expect(cluster.topic('orders')!.partitions[0]).toMatchObject({ startOffset: 2n, endOffset: 3n })
    expect(await produceTo(client, batches[0])).toMatchObject({
      error: null,
      baseOffset: 0n,
      logStartOffset: 2n,
    })
    cluster.deleteRecords('orders', 0, 99n)
    expect(cluster.topic('orders')!.partitions[0]).toMatchObject({ startOffset: 3n, endOffset: 3n })
    expect(await produceTo(client, await sequencedBatch(5n, 0, 3))).toMatchObject({
      baseOffset: 3n,
      logStartOffset: 3n,
    })
  })

  test('can forget its producers: then any sequence is the first', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    await produceTo(client, await sequencedBatch(5n, 3, 0))
    cluster.forgetProducers()
    const batch = await sequencedBatch(5n, 1, 40)
    expect(await produceTo(client, batch)).toMatchObject({ error: null, baseOffset: 1n })
  })

  test('can forget all batches of a producer but the last: repeated, only that is a duplicate', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    const [first, last] = [await sequencedBatch(5n, 1, 0), await sequencedBatch(5n, 1, 1)]
    for (const batch of [first, last]) await produceTo(client, batch)
    expect(await produceTo(client, first)).toMatchObject({ error: null, baseOffset: 0n })
    cluster.forgetEarlierBatches()
    expect(await produceTo(client, first)).toMatchObject({ error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' })
    expect(await produceTo(client, last)).toMatchObject({ error: null, baseOffset: 1n })
    expect(cluster.batchCount('orders')).toBe(2)
  })

  test('cannot be what makes no sense', async () => {
    const cluster = await startCluster({ brokers: 2, topics })
    const slips: (() => unknown)[] = [
      () => cluster.createTopic('orders'),
      () => cluster.createTopic('two words'),
      () => cluster.createTopic('new', { replicationFactor: 3 }),
      () => cluster.createTopic('new', { minInsyncReplicas: 0 }),
      () => cluster.deleteTopic('none'),
      () => cluster.alterTopic('orders', { partitions: 1 }),
      () => cluster.alterTopic('orders', { maxMessageBytes: 0.5 }),
      () => cluster.moveLeader('orders', 0, 2),
      () => cluster.moveLeader('orders', 2, 0),
      () => cluster.moveLeader('none', 0, 0),
      () => cluster.deleteRecords('orders', -1, 0n),
    ]
    for (const slip of slips) expect(slip).toThrow('INVALID_OPTION')
  })
})
