import { fetchApi, listOffsetsApi } from '@sluice/protocol'
import { manualClock } from '@sluice/protocol/testing'
import { describe, expect, test } from 'vitest'
import type { EmbeddedCluster, EmbeddedClusterOptions } from '../src/index.js'
import { batchOf } from './batches.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import { produceTo } from './produce-requests.js'
import type { RawClient } from './raw-client.js'
import { TransactionalProducer } from './transactional-producer.js'

const topics = { orders: { partitions: 1 } }

interface Parts {
  readonly cluster: EmbeddedCluster
  readonly client: RawClient
  readonly producer: TransactionalProducer
}

async function start(options: EmbeddedClusterOptions = {}): Promise<Parts> {
  const cluster = await startCluster({ topics, ...options })
  const client = await connectTo(cluster)
  const producer = new TransactionalProducer(
    (api, version, body) => client.request(api, version, body),
    'orders',
  )
  await producer.init()
  return { cluster, client, producer }
}

async function fetch(client: RawClient, fetchOffset: bigint, isolationLevel: number) {
  const partitions = [{ partition: 0, fetchOffset, partitionMaxBytes: 1_000_000 }]
  const limits = { maxWaitMs: 0, minBytes: 0, maxBytes: 1_000_000, isolationLevel }
  const body = { ...limits, topics: [{ topic: 'orders', partitions }] }
  const answer = await client.request(fetchApi, 12, body)
  const one = answer.responses[0]!.partitions[0]!
  const bytes = Buffer.concat(one.records ?? []).length
  return { ...one, bytes }
}

async function endOf(client: RawClient, isolationLevel: number): Promise<bigint> {
  const partitions = [{ partitionIndex: 0, timestamp: -1n }]
  const body = { isolationLevel, topics: [{ name: 'orders', partitions }] }
  const answer = await client.request(listOffsetsApi, 7, body)
  return answer.topics[0]!.partitions[0]!.offset
}

describe('a reader of committed records', () => {
  test('gets nothing of an open transaction, and nothing behind its first record', async () => {
    const { client, producer } = await start()
    await produceTo(client, await batchOf([{ value: 'plain' }]))
    await producer.produce(0, { version: 12 })
    await produceTo(client, await batchOf([{ value: 'behind' }]))
    const committed = await fetch(client, 0n, 1)
    expect(committed).toMatchObject({
      highWatermark: 3n,
      lastStableOffset: 1n,
      abortedTransactions: [],
    })
    const all = await fetch(client, 0n, 0)
    expect(all).toMatchObject({ lastStableOffset: 1n, abortedTransactions: null })
    expect(committed.bytes).toBeLessThan(all.bytes)
    expect([await endOf(client, 1), await endOf(client, 0)]).toEqual([1n, 3n])
    expect(await fetch(client, 2n, 1)).toMatchObject({ errorCode: 0, bytes: 0 })
  })

  test('hears of aborted transactions with their first offsets, until their markers', async () => {
    const { client, producer } = await start()
    await producer.produce(0, { version: 12 })
    await producer.produce(1, { version: 12 })
    await producer.end(false, { version: 5 })
    await producer.produce(0, { version: 12 })
    await producer.end(true, { version: 5 })
    const aborted = [{ producerId: producer.producerId, firstOffset: 0n }]
    expect(await fetch(client, 0n, 1)).toMatchObject({ abortedTransactions: aborted })
    expect(await fetch(client, 2n, 1)).toMatchObject({ abortedTransactions: aborted })
    expect(await fetch(client, 3n, 1)).toMatchObject({ abortedTransactions: [] })
    expect(await endOf(client, 1)).toBe(5n)
  })
})

describe('a marker', () => {
  test('waits for a leader, and is written when there is one', async () => {
    const { cluster, producer } = await start({ brokers: 2 })
    cluster.moveCoordinator('transaction', producer.transactionalId, 0)
    cluster.moveLeader('orders', 0, 0)
    await producer.init()
    await producer.produce(0, { version: 12 })
    cluster.moveLeader('orders', 0, -1)
    await producer.end(true, { version: 5 })
    expect(cluster.transaction(producer.transactionalId)?.state).toBe('PrepareCommit')
    cluster.moveLeader('orders', 0, 1)
    expect(cluster.transaction(producer.transactionalId)?.state).toBe('CompleteCommit')
    expect(cluster.records('orders', { isolation: 'read_committed' })).toHaveLength(1)
  })

  test('is written again when it is lost with its leader', async () => {
    const { cluster, producer } = await start({ brokers: 2 })
    cluster.moveCoordinator('transaction', producer.transactionalId, 0)
    cluster.moveLeader('orders', 0, 0)
    await producer.init()
    await producer.produce(0, { version: 12 })
    const release = cluster.holdReplication('orders', 0)
    await producer.end(true, { version: 5 })
    expect(cluster.topic('orders')!.partitions[0]).toMatchObject({
      endOffset: 2n,
      lastStableOffset: 0n,
    })
    cluster.moveLeader('orders', 0, 1)
    expect(cluster.transaction(producer.transactionalId)?.state).toBe('PrepareCommit')
    release()
    expect(cluster.transaction(producer.transactionalId)?.state).toBe('CompleteCommit')
    expect(cluster.topic('orders')!.partitions[0]).toMatchObject({
      endOffset: 2n,
      lastStableOffset: 2n,
    })
  })

  test('is not missed by a topic that was deleted', async () => {
    const { cluster, producer } = await start()
    await producer.produce(0, { version: 12 })
    cluster.deleteTopic('orders')
    await producer.end(true, { version: 5 })
    expect(cluster.transaction(producer.transactionalId)?.state).toBe('CompleteCommit')
  })
})

describe('the time-out of a transaction', () => {
  test('aborts it and fences its producer, which hears of it from version to version', async () => {
    const runtime = manualClock()
    const { cluster, producer } = await start({ runtime })
    await producer.init({ timeoutMs: 1000 })
    await producer.produce(0, { version: 12 })
    runtime.advance(999)
    expect(cluster.transaction(producer.transactionalId)?.state).toBe('Ongoing')
    runtime.advance(1)
    expect(cluster.transaction(producer.transactionalId)).toMatchObject({
      state: 'CompleteAbort',
      producerEpoch: 2,
    })
    expect(await producer.produce(1, { version: 12 })).toEqual(['INVALID_PRODUCER_EPOCH', -1n, -1n])
    expect(await producer.end(true)).toBe('PRODUCER_FENCED')
    expect(await producer.end(true, { version: 5 })).toEqual(['INVALID_TXN_STATE', -1n, -1])
    expect(await producer.end(false, { version: 5 })).toEqual([null, 'the same id', 2])
  })

  test('counts from the first partition on, and not after the end', async () => {
    const runtime = manualClock()
    const { cluster, producer } = await start({ runtime })
    await producer.init({ timeoutMs: 1000 })
    runtime.advance(5000)
    await producer.add()
    expect(await producer.produce(0)).toEqual([null, 0n, 0n])
    runtime.advance(900)
    expect(await producer.produce(1)).toEqual([null, 1n, 0n])
    expect(await producer.end(true)).toBe(null)
    expect(runtime.pendingTimers).toBe(0)
    expect(cluster.records('orders', { isolation: 'read_committed' })).toHaveLength(2)
  })

  test('can be brought about by a test, and keeps the epoch rules of version 1', async () => {
    const { cluster, producer } = await start({ finalizedFeatures: { 'transaction.version': 1 } })
    await producer.add()
    cluster.timeOutTransaction(producer.transactionalId)
    expect(await producer.end(false)).toBe('PRODUCER_FENCED')
    expect(await producer.add()).toEqual(['PRODUCER_FENCED'])
    expect(() => cluster.timeOutTransaction(producer.transactionalId)).toThrow('CompleteAbort')
    expect(() => cluster.timeOutTransaction('nobody')).toThrow('INVALID_OPTION')
  })
})
