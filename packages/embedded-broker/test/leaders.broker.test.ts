import { errorCodeOf, fetchApi, listOffsetsApi, metadataApi, produceApi } from '@sluice/protocol'
import { manualClock } from '@sluice/protocol/testing'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../../test/eventually.js'
import { batchOf, sequencedBatch } from './batches.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import { produceBody, produceTo } from './produce-requests.js'

const topics = { orders: { partitions: 3 } }
const record = [{ value: 'a' }]

async function metadataOf(client: Awaited<ReturnType<typeof connectTo>>) {
  const { brokers, topics: found } = await client.request(metadataApi, 12, { topics: null })
  return {
    nodes: brokers.map(({ nodeId }) => nodeId).sort((a, b) => a - b),
    partitions: found[0]!.partitions,
  }
}

describe('the leader of a partition', () => {
  test('moves in a new epoch, and the old one names it (KIP-951)', async () => {
    const cluster = await startCluster({ brokers: 3, topics })
    const [zero, one] = [await connectTo(cluster, 0), await connectTo(cluster, 1)]
    await produceTo(zero, await batchOf(record))
    cluster.moveLeader('orders', 0, 1)
    const body = produceBody(await batchOf([{ value: 'b' }]))
    const { nodeEndpoints, responses } = await zero.request(produceApi, 10, body)
    expect(responses[0]!.partitionResponses[0]).toMatchObject({
      errorCode: 6,
      currentLeader: { leaderId: 1, leaderEpoch: 1 },
    })
    expect(nodeEndpoints.map(({ host, port }) => `${host}:${port}`)).toEqual([
      cluster.bootstrapServers[1],
    ])
    expect((await metadataOf(zero)).partitions[0]).toMatchObject({ leaderId: 1, leaderEpoch: 1 })
    expect(await produceTo(one, await batchOf([{ value: 'b' }]))).toMatchObject({ baseOffset: 1n })
    expect(cluster.records('orders').map(({ value }) => String(value))).toEqual(['a', 'b'])
  })

  test('takes the idempotent window with it', async () => {
    const cluster = await startCluster({ brokers: 3, topics })
    const batch = await sequencedBatch(5n, 0, 0)
    await produceTo(await connectTo(cluster, 0), batch)
    cluster.moveLeader('orders', 0, 2)
    const client = await connectTo(cluster, 2)
    expect(await produceTo(client, batch)).toMatchObject({ error: null, baseOffset: 0n })
    expect(cluster.batchCount('orders')).toBe(1)
  })

  test('can be a broker without a replica, which takes the place of the old leader', async () => {
    const cluster = await startCluster({ brokers: 3, replicationFactor: 1, topics })
    cluster.moveLeader('orders', 0, 2)
    expect(cluster.topic('orders')!.partitions[0]).toMatchObject({
      leader: 2,
      leaderEpoch: 1,
      replicas: [2],
      inSyncReplicas: [2],
    })
  })

  test('can be nobody: LEADER_NOT_AVAILABLE', async () => {
    const cluster = await startCluster({ brokers: 2, topics })
    const client = await connectTo(cluster)
    cluster.moveLeader('orders', 0, -1)
    const [partition] = (await metadataOf(client)).partitions
    expect(partition).toMatchObject({ errorCode: 5, leaderId: -1, leaderEpoch: 1 })
    expect(await produceTo(client, await batchOf(record))).toMatchObject({
      error: 'NOT_LEADER_OR_FOLLOWER',
      currentLeader: { leaderId: -1, leaderEpoch: 1 },
    })
  })

  test('is told apart by its epoch', async () => {
    const cluster = await startCluster({ brokers: 2, topics })
    const client = await connectTo(cluster, 0)
    cluster.moveLeader('orders', 0, 1)
    cluster.moveLeader('orders', 0, 0)
    const errorAt = async (currentLeaderEpoch: number) => {
      const partitions = [{ partitionIndex: 0, currentLeaderEpoch, timestamp: -1n }]
      const query = { replicaId: -1, topics: [{ name: 'orders', partitions }] }
      const { topics: found } = await client.request(listOffsetsApi, 5, query)
      return errorCodeOf(found[0]!.partitions[0]!.errorCode)
    }
    expect([await errorAt(1), await errorAt(2), await errorAt(3)]).toEqual([
      'FENCED_LEADER_EPOCH',
      null,
      'UNKNOWN_LEADER_EPOCH',
    ])
  })
})

describe('a broker that stops', () => {
  test('hands its partitions to in-sync replicas, and gets them back only when asked', async () => {
    const cluster = await startCluster({ brokers: 3, topics })
    await cluster.brokers[0]!.stop()
    const client = await connectTo(cluster, 1)
    const { nodes, partitions } = await metadataOf(client)
    expect(nodes).toEqual([1, 2])
    expect(partitions[0]).toMatchObject({
      leaderId: 1,
      leaderEpoch: 1,
      replicaNodes: [0, 1, 2],
      isrNodes: [1, 2],
      offlineReplicas: [0],
    })
    await expect(connectTo(cluster, 0)).rejects.toThrow('ECONNREFUSED')
    await cluster.brokers[0]!.start()
    await connectTo(cluster, 0)
    expect((await metadataOf(client)).partitions[0]).toMatchObject({
      leaderId: 1,
      leaderEpoch: 1,
      isrNodes: [1, 2, 0],
      offlineReplicas: [],
    })
  })

  test('is named on, where the controller has not noticed', async () => {
    const cluster = await startCluster({ brokers: 3, topics })
    const client = await connectTo(cluster, 1)
    await cluster.brokers[0]!.stop({ keepLeaders: true })
    const before = await metadataOf(client)
    expect([before.nodes, before.partitions[0]!.leaderId]).toEqual([[0, 1, 2], 0])
    cluster.electLeaders()
    const after = await metadataOf(client)
    expect([after.nodes, after.partitions[0]!.leaderId]).toEqual([[1, 2], 1])
  })

  test('leaves partitions without a leader that no other broker has, until it is back', async () => {
    const cluster = await startCluster({ brokers: 2, replicationFactor: 1, topics })
    await produceTo(await connectTo(cluster, 0), await batchOf(record))
    await cluster.brokers[0]!.stop()
    expect(cluster.topic('orders')!.partitions[0]).toMatchObject({
      leader: -1,
      inSyncReplicas: [0],
    })
    await cluster.brokers[0]!.start()
    expect(cluster.topic('orders')!.partitions[0]).toMatchObject({ leader: 0, leaderEpoch: 2 })
    expect(cluster.records('orders')).toHaveLength(1)
  })

  test('and starts is on the same port, with what it counted', async () => {
    const cluster = await startCluster({ topics })
    const [broker] = cluster.brokers
    await metadataOf(await connectTo(cluster))
    await broker!.stop()
    await broker!.stop()
    expect([broker!.state, broker!.openConnections]).toEqual(['stopped', 0])
    await broker!.start()
    await broker!.start()
    await metadataOf(await connectTo(cluster))
    expect([broker!.state, broker!.requestCount('Metadata')]).toEqual(['running', 2])
  })
})

describe('replicas in sync', () => {
  const options = { brokers: 3, minInsyncReplicas: 2, topics }

  test('that are too few refuse acks all, before anything is written', async () => {
    const cluster = await startCluster(options)
    const client = await connectTo(cluster)
    cluster.setInSyncReplicas('orders', 0, [0])
    expect(await produceTo(client, await batchOf(record))).toMatchObject({
      error: 'NOT_ENOUGH_REPLICAS',
      baseOffset: -1n,
      logStartOffset: 0n,
    })
    expect(cluster.records('orders')).toEqual([])
    expect(await produceTo(client, await batchOf(record), { acks: 1 })).toMatchObject({
      error: null,
    })
    cluster.setInSyncReplicas('orders', 0, [0, 2])
    expect(await produceTo(client, await batchOf(record))).toMatchObject({ error: null })
  })

  test('are wanted no more than there are replicas (KIP-966)', async () => {
    const cluster = await startCluster({ minInsyncReplicas: 2, topics })
    const answer = await produceTo(await connectTo(cluster), await batchOf(record))
    expect(answer).toMatchObject({ error: null })
  })

  test('that fall behind make acks all wait: for them, or until its time is over', async () => {
    const runtime = manualClock()
    const cluster = await startCluster({ ...options, runtime })
    const client = await connectTo(cluster)
    const release = cluster.holdReplication('orders', 0)
    expect(await produceTo(client, await batchOf(record), { acks: 1 })).toMatchObject({
      baseOffset: 0n,
    })
    const late = produceTo(client, await batchOf(record))
    await until(() => runtime.pendingTimers > 0)
    runtime.advance(1000)
    expect(await late).toMatchObject({ error: 'REQUEST_TIMED_OUT', baseOffset: 1n })
    const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 }]
    const body = { maxWaitMs: 0, minBytes: 1, topics: [{ topic: 'orders', partitions }] }
    const unseen = await client.request(fetchApi, 12, body)
    expect(unseen.responses[0]!.partitions[0]).toMatchObject({ highWatermark: 0n, errorCode: 0 })
    const waiting = produceTo(client, await batchOf(record))
    await until(() => runtime.pendingTimers > 0)
    release()
    expect(await waiting).toMatchObject({ error: null, baseOffset: 2n })
    expect(cluster.topic('orders')!.partitions[0]).toMatchObject({ highWatermark: 3n })
  })

  test('that become too few after the append let it wait: nothing is committed (KIP-966)', async () => {
    const runtime = manualClock()
    const cluster = await startCluster({ ...options, runtime })
    cluster.holdReplication('orders', 0)
    const waiting = produceTo(await connectTo(cluster), await batchOf(record))
    await until(() => runtime.pendingTimers > 0)
    cluster.setInSyncReplicas('orders', 0, [0])
    const before = cluster.topic('orders')!.partitions[0]
    runtime.advance(1000)
    expect(await waiting).toMatchObject({ error: 'REQUEST_TIMED_OUT', baseOffset: 0n })
    expect(before).toMatchObject({ highWatermark: 0n, endOffset: 1n })
    cluster.alterTopic('orders', { minInsyncReplicas: 1 })
    expect(cluster.topic('orders')!.partitions[0]).toMatchObject({ highWatermark: 1n })
  })

  test('lose what they never got when one of them leads, with the numbers of its producer', async () => {
    const runtime = manualClock()
    const cluster = await startCluster({ ...options, runtime })
    const [zero, one] = [await connectTo(cluster, 0), await connectTo(cluster, 1)]
    const batches = [await sequencedBatch(5n, 0, 0), await sequencedBatch(5n, 0, 1)] as const
    await produceTo(zero, batches[0])
    cluster.holdReplication('orders', 0)
    const waiting = produceTo(zero, batches[1])
    await until(() => runtime.pendingTimers > 0)
    cluster.moveLeader('orders', 0, 1)
    expect(await waiting).toMatchObject({
      error: 'NOT_LEADER_OR_FOLLOWER',
      baseOffset: 1n,
      currentLeader: { leaderId: 1, leaderEpoch: 1 },
    })
    expect(cluster.records('orders')).toHaveLength(1)
    expect(await produceTo(one, batches[0])).toMatchObject({ error: null, baseOffset: 0n })
    const again = produceTo(one, batches[1], { acks: 1 })
    expect(await again).toMatchObject({ error: null, baseOffset: 1n })
  })

  test.each([
    ['a broker without a replica', [0, 3]],
    ['none of them the leader', [1, 2]],
  ])('cannot be %s', async (_, nodes) => {
    const cluster = await startCluster(options)
    expect(() => cluster.setInSyncReplicas('orders', 0, nodes)).toThrow('INVALID_OPTION')
  })

  test('cannot be held back where there is one', async () => {
    const cluster = await startCluster({ topics })
    expect(() => cluster.holdReplication('orders', 0)).toThrow('INVALID_OPTION')
  })
})

/** Sockets take their time, whatever the clock of the cluster says. */
async function until(check: () => boolean): Promise<void> {
  await eventually(() => expect(check()).toBe(true))
}
