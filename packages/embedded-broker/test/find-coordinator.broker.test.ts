import { errorCodeOf, findCoordinatorApi } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import type { EmbeddedCluster } from '../src/index.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import type { RawClient } from './raw-client.js'
import { TransactionalProducer } from './transactional-producer.js'

const transactionKey = 1

async function coordinatorOf(client: RawClient, key: string, version = 6): Promise<unknown> {
  const keys = version < 4 ? { key } : { coordinatorKeys: [key] }
  const body = { ...keys, keyType: version < 1 ? 0 : transactionKey }
  const answer = await client.request(findCoordinatorApi, version, body)
  const { errorCode, nodeId, port } = version < 4 ? answer : answer.coordinators[0]!
  return [errorCodeOf(errorCode), nodeId, port]
}

async function producerAt(cluster: EmbeddedCluster, node: number): Promise<TransactionalProducer> {
  const client = await connectTo(cluster, node)
  return new TransactionalProducer(
    (api, version, body) => client.request(api, version, body),
    'orders',
    'payments',
  )
}

describe('FindCoordinator', () => {
  test.each([0, 1, 2, 3, 4, 5, 6])(
    'names one broker to everybody, in version %i',
    async (version) => {
      const cluster = await startCluster({ brokers: 3 })
      const answers = []
      for (const node of [0, 1, 2]) {
        answers.push(await coordinatorOf(await connectTo(cluster, node), 'payments', version))
      }
      expect(answers[1]).toEqual(answers[0])
      expect(answers[2]).toEqual(answers[0])
      const [error, nodeId, port] = answers[0] as [null, number, number]
      expect(error).toBe(null)
      expect(cluster.bootstrapServers[nodeId]).toBe(`127.0.0.1:${port}`)
    },
  )

  test('spreads the ids over the brokers', async () => {
    const client = await connectTo(await startCluster({ brokers: 3 }))
    const nodes = new Set<unknown>()
    for (let id = 0; id < 30; id++) {
      const [, nodeId] = (await coordinatorOf(client, `id-${id}`)) as [null, number]
      nodes.add(nodeId)
    }
    expect(nodes.size).toBe(3)
  })

  test('refuses kinds of keys that it does not know', async () => {
    const client = await connectTo(await startCluster())
    const body = { keyType: 2, coordinatorKeys: ['g'] }
    const answer = await client.request(findCoordinatorApi, 6, body)
    expect(errorCodeOf(answer.coordinators[0]!.errorCode)).toBe('INVALID_REQUEST')
  })
})

describe('the coordinator', () => {
  test('is another broker when a test moves it, and the old one says so', async () => {
    const cluster = await startCluster({ brokers: 2 })
    cluster.moveCoordinator('transaction', 'payments', 0)
    const producer = await producerAt(cluster, 0)
    expect(await producer.init()).toEqual([null, 'a new id', 0])
    cluster.moveCoordinator('transaction', 'payments', 1)
    expect(await producer.end(true)).toBe('NOT_COORDINATOR')
    const port = Number(cluster.bootstrapServers[1]!.split(':')[1])
    const found = await coordinatorOf(await connectTo(cluster), 'payments')
    expect(found).toEqual([null, 1, port])
    cluster.moveCoordinator('transaction', 'payments', -1)
    const nobody = ['COORDINATOR_NOT_AVAILABLE', -1, -1]
    expect(await coordinatorOf(await connectTo(cluster), 'payments')).toEqual(nobody)
  })

  test('moves when its broker is stopped, and its transactions go with it', async () => {
    const topics = { orders: { partitions: 1 } }
    const cluster = await startCluster({ brokers: 2, topics })
    cluster.moveCoordinator('transaction', 'payments', 0)
    cluster.moveLeader('orders', 0, 1)
    const [first, second] = [await producerAt(cluster, 0), await producerAt(cluster, 1)]
    await first.init()
    await first.add()
    Object.assign(second, { producerId: first.producerId, producerEpoch: 0 })
    await second.produce(0)
    await cluster.brokers[0]!.stop()
    expect(await second.end(true)).toBe(null)
    expect(cluster.records('orders', { isolation: 'read_committed' })).toHaveLength(1)
  })

  test('that nobody has noticed to be gone makes the leaders of partitions ask for another try', async () => {
    const topics = { orders: { partitions: 1 } }
    const cluster = await startCluster({ brokers: 2, topics })
    cluster.moveCoordinator('transaction', 'payments', 0)
    cluster.moveLeader('orders', 0, 1)
    const [first, second] = [await producerAt(cluster, 0), await producerAt(cluster, 1)]
    await first.init()
    Object.assign(second, { producerId: first.producerId, producerEpoch: 0 })
    await cluster.brokers[0]!.stop({ keepLeaders: true })
    expect(await second.produce(0, { version: 12 })).toEqual(['NOT_ENOUGH_REPLICAS', -1n, -1n])
    cluster.electLeaders()
    expect(await second.produce(0, { version: 12 })).toEqual([null, 0n, 0n])
  })
})
