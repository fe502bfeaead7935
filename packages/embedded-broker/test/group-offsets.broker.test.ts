import { errorCodeOf, offsetFetchApi } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import type { EmbeddedCluster } from '../src/index.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import { TransactionalProducer } from './transactional-producer.js'

const topics = { orders: { partitions: 1 } }

async function start(): Promise<{ cluster: EmbeddedCluster; producer: TransactionalProducer }> {
  const cluster = await startCluster({ topics })
  const client = await connectTo(cluster)
  const producer = new TransactionalProducer(
    (api, version, body) => client.request(api, version, body),
    'orders',
  )
  await producer.init()
  return { cluster, producer }
}

describe('offsets of a group', () => {
  test('are committed with the transaction, or not at all', async () => {
    const { cluster, producer } = await start()
    expect(await producer.addOffsets('billing')).toBe(null)
    expect(await producer.commitOffsets('billing', 3n, { metadata: 'm' })).toEqual([null])
    expect(cluster.committedOffsets('billing')).toEqual([])
    await producer.end(true)
    const three = { topic: 'orders', partition: 0, offset: 3n, leaderEpoch: -1, metadata: 'm' }
    expect(cluster.committedOffsets('billing')).toEqual([three])
    await producer.addOffsets('billing')
    await producer.commitOffsets('billing', 9n)
    await producer.end(false)
    expect(cluster.committedOffsets('billing')).toEqual([three])
  })

  test('need no AddOffsetsToTxn under version 2', async () => {
    const { cluster, producer } = await start()
    expect(await producer.commitOffsets('billing', 3n)).toEqual(['TRANSACTION_ABORTABLE'])
    expect(await producer.commitOffsets('billing', 3n, { version: 5 })).toEqual([null])
    expect(await producer.end(true, { version: 5 })).toEqual([null, 'the same id', 1])
    expect(cluster.committedOffsets('billing')).toMatchObject([{ offset: 3n }])
  })

  test('stay in doubt while the marker is held back, and readers can wait for it', async () => {
    const { cluster, producer } = await start()
    await producer.commitOffsets('billing', 3n, { version: 5 })
    const release = cluster.holdMarkers()
    await producer.end(true, { version: 5 })
    const read = async () => {
      const wanted = [{ name: 'orders', partitionIndexes: [0] }]
      const body = { groups: [{ groupId: 'billing', topics: wanted }], requireStable: true }
      const answer = await producer.ask(offsetFetchApi, 9, body)
      if (typeof answer === 'string') return answer
      const { committedOffset, errorCode } = answer.groups[0]!.topics[0]!.partitions[0]!
      return [errorCodeOf(errorCode), committedOffset]
    }
    expect(await read()).toEqual(['UNSTABLE_OFFSET_COMMIT', -1n])
    release()
    expect(await read()).toEqual([null, 3n])
  })

  test('are taken from members of the group alone, in its generation', async () => {
    const { cluster, producer } = await start()
    const members = [{ memberId: 'm-1' }, { memberId: 'm-2', groupInstanceId: 'i-2' }]
    cluster.setGroup('billing', { generation: 3, members })
    const commit = (who: object) => producer.commitOffsets('billing', 1n, { version: 5, ...who })
    expect(await commit({ generationId: 3, memberId: 'm-1' })).toEqual([null])
    expect(await commit({ generationId: 2, memberId: 'm-1' })).toEqual(['ILLEGAL_GENERATION'])
    expect(await commit({ generationId: 3, memberId: 'm-3' })).toEqual(['UNKNOWN_MEMBER_ID'])
    const instance = { generationId: 3, groupInstanceId: 'i-2' }
    expect(await commit({ ...instance, memberId: 'm-2' })).toEqual([null])
    expect(await commit({ ...instance, memberId: 'm-1' })).toEqual(['FENCED_INSTANCE_ID'])
    expect(await commit({})).toEqual([null])
  })

  test('are refused by a broker that is not the coordinator of the group', async () => {
    const cluster = await startCluster({ topics, brokers: 2 })
    const client = await connectTo(cluster)
    const ask: TransactionalProducer['ask'] = (api, version, body) =>
      client.request(api, version, body)
    const producer = new TransactionalProducer(ask, 'orders', 'payments')
    cluster.moveCoordinator('transaction', 'payments', 0)
    cluster.moveCoordinator('group', 'billing', 1)
    await producer.init()
    expect(await producer.commitOffsets('billing', 1n, { version: 5 })).toEqual(['NOT_COORDINATOR'])
  })
})
