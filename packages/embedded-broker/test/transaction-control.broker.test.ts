import { describe, expect, test } from 'vitest'
import { connectTo, startCluster } from './cluster-fixture.js'
import { TransactionalProducer } from './transactional-producer.js'

describe('what a test does to transactions', () => {
  test('is refused where it cannot be followed', async () => {
    const cluster = await startCluster({ topics: { orders: { partitions: 1 } } })
    const wrong = [
      () => cluster.setProducerEpoch('nobody', 3),
      () => cluster.timeOutTransaction('nobody'),
      () => cluster.moveCoordinator('transaction', 'payments', 1),
      () => cluster.moveCoordinator('consumer' as 'group', 'payments', 0),
      () => cluster.setGroup('billing', { generation: -1, members: [] }),
      () => cluster.records('orders', { isolation: 'committed' as 'read_committed' }),
    ]
    for (const call of wrong) expect(call).toThrow('INVALID_OPTION')
    expect(cluster.transaction('nobody')).toBeUndefined()
    expect(cluster.committedOffsets('nobody')).toEqual([])
  })

  test('holds markers back until the last of those who hold them lets go', async () => {
    const cluster = await startCluster({ topics: { orders: { partitions: 1 } } })
    const client = await connectTo(cluster)
    const producer = new TransactionalProducer(
      (api, version, body) => client.request(api, version, body),
      'orders',
      'payments',
    )
    await producer.init()
    await producer.produce(0, { version: 12 })
    const [first, second] = [cluster.holdMarkers(), cluster.holdMarkers()]
    await producer.end(true, { version: 5 })
    first()
    first()
    expect(cluster.transaction('payments')?.state).toBe('PrepareCommit')
    second()
    expect(cluster.transaction('payments')?.state).toBe('CompleteCommit')
  })

  test('makes a commit whose answer is lost known to nobody but the log', async () => {
    const cluster = await startCluster({ topics: { orders: { partitions: 1 } } })
    const connect = async () => {
      const client = await connectTo(cluster)
      const ask: TransactionalProducer['ask'] = (api, version, body) =>
        client.request(api, version, body)
      return new TransactionalProducer(ask, 'orders', 'payments')
    }
    const producer = await connect()
    await producer.init()
    await producer.produce(0, { version: 12 })
    const lose = cluster.intercept('EndTxn', async (call) => call.serve().then(() => call.close()))
    await expect(producer.end(true, { version: 5 })).rejects.toThrow('closed the connection')
    lose()
    const again = Object.assign(await connect(), { producerId: producer.producerId })
    const repeated = await again.end(true, { version: 5, producerEpoch: 0 })
    expect(repeated).toEqual([null, 'the same id', 1])
    expect(cluster.records('orders', { isolation: 'read_committed' })).toHaveLength(1)
  })
})
