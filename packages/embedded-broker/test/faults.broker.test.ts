import { errorCodeOf, metadataApi, produceApi } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { produceError, throttle } from '../src/index.js'
import { batchOf } from './batches.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import { produceBody, produceTo } from './produce-requests.js'

const topics = { orders: { partitions: 3 }, bills: { partitions: 3 } }

async function bothTopics() {
  const records = [await batchOf([{ value: 'a' }])]
  const partitionData = [2, 0].map((index) => ({ index, records }))
  const topicData = [
    { name: 'orders', partitionData },
    { name: 'bills', partitionData },
  ]
  return { transactionalId: null, acks: -1, timeoutMs: 1000, topicData }
}

describe('produceError', () => {
  test('refuses the partitions that are meant, and serves the others', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    cluster.intercept(
      'Produce',
      produceError('NOT_ENOUGH_REPLICAS', { topic: 'bills', partition: 2 }),
    )
    const { responses } = await client.request(produceApi, 12, await bothTopics())
    const errors = responses.map(({ name, partitionResponses }) => [
      name,
      ...partitionResponses.map(({ baseOffset, errorCode, index }) => [
        index,
        errorCodeOf(errorCode),
        baseOffset,
      ]),
    ])
    expect(errors).toEqual([
      ['orders', [2, null, 0n], [0, null, 0n]],
      ['bills', [2, 'NOT_ENOUGH_REPLICAS', -1n], [0, null, 0n]],
    ])
    expect([cluster.batchCount('orders'), cluster.batchCount('bills')]).toEqual([2, 1])
  })

  test('makes up no answer for a partition of which an interceptor behind it says nothing', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    cluster.intercept('Produce', async (call) => {
      const answer = await call.serve()
      return answer && { ...answer, responses: [] }
    })
    cluster.intercept('Produce', produceError('NOT_ENOUGH_REPLICAS', { partition: 2 }))
    const { responses } = await client.request(produceApi, 12, await bothTopics())
    const answered = responses.map(({ partitionResponses }) =>
      partitionResponses.map(({ index, errorCode }) => [index, errorCodeOf(errorCode)]),
    )
    const refused = [2, 'NOT_ENOUGH_REPLICAS']
    expect(answered).toEqual([[refused], [refused]])
  })

  test('answers an error for what was written all the same, with its offset', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    const fault = produceError('REQUEST_TIMED_OUT', { appended: true })
    cluster.intercept('Produce', fault, { times: 1 })
    const topicId = cluster.topic('orders')!.id
    expect(await produceTo(client, await batchOf([{ value: 'a' }]), { topicId })).toMatchObject({
      error: 'REQUEST_TIMED_OUT',
      baseOffset: 0n,
    })
    expect(cluster.batchCount('orders')).toBe(1)
  })

  test('finds a topic by its id, and says more where it is told to', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    const recordErrors = [{ batchIndex: 1, batchIndexErrorMessage: 'no' }]
    const fields = { recordErrors, errorMessage: 'some are bad' }
    cluster.intercept('Produce', produceError('INVALID_RECORD', { topic: 'orders', fields }))
    const batch = await batchOf([{ value: 'a' }])
    const ids = ['orders', 'bills'].map((name) => cluster.topic(name)!.id)
    expect(await produceTo(client, batch, { topicId: ids[0]! })).toMatchObject({
      error: 'INVALID_RECORD',
      ...fields,
    })
    expect(await produceTo(client, batch, { topicId: ids[1]! })).toMatchObject({ error: null })
  })

  test('closes the connection where acks 0 leaves it no answer', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    cluster.intercept('Produce', produceError('NOT_LEADER_OR_FOLLOWER', { partition: 1 }))
    const batch = await batchOf([{ value: 'a' }])
    client.send(produceApi, 12, produceBody(batch, { acks: 0 }))
    client.send(produceApi, 12, produceBody(batch, { acks: 0, partition: 1 }))
    expect(await client.frame()).toBeNull()
    expect(cluster.batchCount('orders')).toBe(1)
  })
})

test('throttle says how long to wait, whatever the API', async () => {
  const cluster = await startCluster({ topics })
  const client = await connectTo(cluster)
  cluster.intercept('Produce', throttle(250))
  cluster.intercept('Metadata', throttle(40))
  const produced = await client.request(produceApi, 12, await bothTopics())
  const { throttleTimeMs } = await client.request(metadataApi, 12, { topics: [] })
  expect([produced.throttleTimeMs, throttleTimeMs]).toEqual([250, 40])
  expect(cluster.batchCount('orders')).toBe(2)
})
