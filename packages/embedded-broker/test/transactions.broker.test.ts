import { describe, expect, test } from 'vitest'
import type { EmbeddedCluster, EmbeddedClusterOptions } from '../src/index.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import { TransactionalProducer } from './transactional-producer.js'

const topics = { orders: { partitions: 2 } }

async function start(
  options: EmbeddedClusterOptions = {},
): Promise<{ cluster: EmbeddedCluster; producer: TransactionalProducer }> {
  const cluster = await startCluster({ topics, ...options })
  return { cluster, producer: await producerOf(cluster) }
}

async function producerOf(cluster: EmbeddedCluster, node = 0): Promise<TransactionalProducer> {
  const client = await connectTo(cluster, node)
  return new TransactionalProducer(
    (api, version, body) => client.request(api, version, body),
    'orders',
    'payments',
  )
}

function values(cluster: EmbeddedCluster): string[] {
  return cluster
    .records('orders', { isolation: 'read_committed' })
    .map(({ value }) => String(value))
}

describe('a transaction of version 1', () => {
  test('shows its records when it is committed, in every partition at once', async () => {
    const { cluster, producer } = await start()
    expect(await producer.init()).toEqual([null, 'a new id', 0])
    expect(await producer.add([0, 1])).toEqual([null, null])
    await producer.produce(0, { count: 2 })
    await producer.produce(0, { partition: 1 })
    expect(values(cluster)).toEqual([])
    expect(cluster.records('orders')).toHaveLength(3)
    expect(await producer.end(true)).toBe(null)
    expect(values(cluster)).toEqual(['0', '1', '0'])
    expect(cluster.transaction('payments')).toMatchObject({
      state: 'CompleteCommit',
      producerEpoch: 0,
    })
  })

  test('leaves no record to those who read committed ones when it is aborted', async () => {
    const { cluster, producer } = await start()
    await producer.init()
    await producer.add()
    await producer.produce(0)
    expect(await producer.end(false)).toBe(null)
    await producer.add()
    await producer.produce(1)
    await producer.end(true)
    expect(values(cluster)).toEqual(['1'])
    expect(cluster.records('orders').map(({ offset }) => offset)).toEqual([0n, 2n])
    expect(cluster.batchCount('orders')).toBe(2)
  })

  test('takes no record for a partition that was not added', async () => {
    const { producer } = await start()
    await producer.init()
    expect(await producer.produce(0, { version: 10 })).toEqual(['INVALID_TXN_STATE', -1n, -1n])
    expect(await producer.produce(0, { version: 11 })).toEqual(['TRANSACTION_ABORTABLE', -1n, -1n])
  })

  test('is ended as often as one asks, in the same way and never in the other', async () => {
    const { producer } = await start()
    await producer.init()
    expect(await producer.end(true)).toBe('INVALID_TXN_STATE')
    await producer.add()
    expect([await producer.end(true), await producer.end(true)]).toEqual([null, null])
    expect(await producer.end(false)).toBe('INVALID_TXN_STATE')
  })

  test('keeps others waiting while its markers are held back', async () => {
    const { cluster, producer } = await start()
    await producer.init()
    await producer.add()
    await producer.produce(0)
    const release = cluster.holdMarkers()
    expect(await producer.end(true)).toBe(null)
    expect(await producer.end(true)).toBe('CONCURRENT_TRANSACTIONS')
    expect(await producer.add()).toEqual(['CONCURRENT_TRANSACTIONS'])
    expect(await producer.init()).toEqual(['CONCURRENT_TRANSACTIONS', -1n, -1])
    expect(cluster.transaction('payments')?.state).toBe('PrepareCommit')
    expect(cluster.topic('orders')!.partitions[0]).toMatchObject({
      lastStableOffset: 0n,
      highWatermark: 1n,
    })
    release()
    expect(cluster.topic('orders')!.partitions[0]).toMatchObject({
      lastStableOffset: 2n,
      highWatermark: 2n,
    })
    expect(await producer.add()).toEqual([null])
  })
})

describe('a transaction of version 2', () => {
  test('begins with its first record and ends with the next epoch', async () => {
    const { cluster, producer } = await start()
    await producer.init()
    expect(await producer.produce(0, { version: 12 })).toEqual([null, 0n, 0n])
    expect(cluster.transaction('payments')).toMatchObject({
      state: 'Ongoing',
      partitions: [{ topic: 'orders', partition: 0 }],
    })
    expect(await producer.end(true, { version: 5 })).toEqual([null, 'the same id', 1])
    expect(await producer.produce(0, { version: 12 })).toEqual([null, 2n, 0n])
    expect(await producer.end(false, { version: 5 })).toEqual([null, 'the same id', 2])
    expect(values(cluster)).toEqual(['0'])
  })

  test('knows a repeated EndTxn by its epoch', async () => {
    const { producer } = await start()
    await producer.init()
    await producer.produce(0, { version: 12 })
    const before = { producerEpoch: 0, version: 5 }
    expect(await producer.end(true, before)).toEqual([null, 'the same id', 1])
    expect(await producer.end(true, before)).toEqual([null, 'the same id', 1])
    expect(await producer.end(false, before)).toEqual(['INVALID_TXN_STATE', -1n, -1])
    expect(await producer.end(true, { version: 5 })).toEqual(['INVALID_TXN_STATE', -1n, -1])
  })

  test('can be aborted without a record', async () => {
    const { producer } = await start()
    await producer.init()
    expect(await producer.end(false, { version: 5 })).toEqual([null, 'the same id', 1])
    expect(await producer.end(true, { version: 5 })).toEqual(['INVALID_TXN_STATE', -1n, -1])
  })

  test('fences batches of the epoch that has ended, and makes those of the next begin at 0', async () => {
    const { producer } = await start()
    await producer.init()
    await producer.produce(0, { version: 12 })
    await producer.end(true, { version: 5 })
    const late = await producer.produce(1, { version: 12, producerEpoch: 0 })
    expect(late).toEqual(['INVALID_PRODUCER_EPOCH', -1n, -1n])
    expect(await producer.produce(1, { version: 12 })).toEqual([
      'OUT_OF_ORDER_SEQUENCE_NUMBER',
      -1n,
      0n,
    ])
  })

  test('goes on with another id when the epochs are used up', async () => {
    const { cluster, producer } = await start()
    await producer.init()
    cluster.setProducerEpoch('payments', 32_766)
    producer.producerEpoch = 32_766
    const old = producer.producerId
    await producer.produce(0, { version: 12 })
    expect(await producer.end(true, { version: 5 })).toEqual([null, 'a new id', 0])
    const again = await producer.end(true, { version: 5, producerId: old, producerEpoch: 32_766 })
    expect(again).toEqual([null, 'the same id', 0])
    expect(await producer.produce(0, { version: 12 })).toEqual([null, 2n, 0n])
  })
})

describe('InitProducerId', () => {
  test('fences the former instance and aborts its transaction', async () => {
    const { cluster, producer } = await start()
    await producer.init()
    await producer.add()
    await producer.produce(0)
    const next = await producerOf(cluster)
    expect(await next.init()).toEqual(['CONCURRENT_TRANSACTIONS', -1n, -1])
    expect(await next.init()).toEqual([null, 'a new id', 2])
    expect(next.producerId).toBe(producer.producerId)
    expect(await producer.end(true)).toBe('PRODUCER_FENCED')
    expect(await producer.end(true, { version: 1 })).toBe('INVALID_PRODUCER_EPOCH')
    expect(await producer.add()).toEqual(['PRODUCER_FENCED'])
    expect(await producer.produce(1)).toEqual(['INVALID_PRODUCER_EPOCH', -1n, -1n])
    expect(values(cluster)).toEqual([])
  })

  test.each([
    [1, 0],
    [2, 1],
  ])(
    'gives another id to the next instance when it fences one in its last epoch, under version %i with epoch %i',
    async (level, epoch) => {
      const finalizedFeatures = { 'transaction.version': level }
      const { cluster, producer } = await start({ finalizedFeatures })
      await producer.init()
      cluster.setProducerEpoch('payments', 32_766)
      producer.producerEpoch = 32_766
      await producer.add()
      await producer.produce(0)
      const next = await producerOf(cluster)
      await next.init()
      expect(await next.init()).toEqual([null, 'a new id', epoch])
      expect(next.producerId).not.toBe(producer.producerId)
      expect(await producer.produce(1)).toEqual(['INVALID_PRODUCER_EPOCH', -1n, -1n])
      expect(await producer.end(true)).toBe('INVALID_PRODUCER_ID_MAPPING')
    },
  )

  test('gives a producer that names its last epoch another id, once', async () => {
    const { cluster, producer } = await start()
    await producer.init()
    cluster.setProducerEpoch('payments', 32_766)
    const mine = { producerId: producer.producerId, producerEpoch: 32_766 }
    expect(await producer.init(mine)).toEqual([null, 'a new id', 0])
    expect(await producer.init(mine)).toEqual([null, 'the same id', 0])
    const wrong = { producerId: producer.producerId, producerEpoch: 7 }
    cluster.setProducerEpoch('payments', 32_766)
    expect(await producer.init(wrong)).toEqual(['UNKNOWN_SERVER_ERROR', -1n, -1])
  })

  test('gives a producer that names its id and epoch the next epoch, once', async () => {
    const { producer } = await start()
    await producer.init()
    const { producerId } = producer
    const mine = { producerId, producerEpoch: 0 }
    expect(await producer.init(mine)).toEqual([null, 'the same id', 1])
    expect(await producer.init(mine)).toEqual([null, 'the same id', 1])
    await producer.init({ producerId, producerEpoch: 1 })
    expect(await producer.init(mine)).toEqual(['PRODUCER_FENCED', -1n, -1])
    expect(await producer.init({ ...mine, version: 3 })).toEqual([
      'INVALID_PRODUCER_EPOCH',
      -1n,
      -1,
    ])
  })

  test('refuses time-outs beyond the limit of the broker, and empty ids', async () => {
    const { producer } = await start()
    const refused = ['INVALID_TRANSACTION_TIMEOUT', -1n, -1]
    expect(await producer.init({ timeoutMs: 900_001 })).toEqual(refused)
    expect(await producer.init({ timeoutMs: 0 })).toEqual(refused)
    const nameless = { transactionalId: '' }
    expect(await producer.init(nameless)).toEqual(['INVALID_REQUEST', -1n, -1])
  })
})
