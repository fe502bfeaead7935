import { metadataApi, produceApi } from '@sluice/protocol'
import { manualClock } from '@sluice/protocol/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../test/eventually.js'
import { createEmbeddedCluster, type InterceptedCall } from '../src/index.js'
import { batchOf } from './batches.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import { produceBody, produceTo } from './produce-requests.js'
import { RawClient } from './raw-client.js'

const topics = { orders: { partitions: 2 } }
const record = [{ value: 'a' }]
const orders = { topics: [{ name: 'orders' }] }

describe('an interceptor', () => {
  test('that returns nothing only looks', async () => {
    const cluster = await startCluster({ brokers: 2, topics })
    const calls: InterceptedCall<'Produce'>[] = []
    cluster.intercept('Produce', (call) => void calls.push(call))
    await connectTo(cluster)
    const client = await connectTo(cluster)
    const topicId = cluster.topic('orders')!.id
    expect(await produceTo(client, await batchOf(record), { topicId })).toMatchObject({
      error: null,
    })
    const [{ api, clientId, connection, nodeId, request, topicName, version } = {} as never] = calls
    expect([api, version, nodeId, connection, clientId]).toEqual(['Produce', 13, 0, 2, 'raw'])
    expect([request.acks, topicName(request.topicData[0]!.topicId)]).toEqual([-1, 'orders'])
    expect(cluster.batchCount('orders')).toBe(1)
  })

  test('answers in place of the broker', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    cluster.intercept('Metadata', () => ({ brokers: [], clusterId: 'x', topics: [] }))
    expect(await client.request(metadataApi, 12, orders)).toMatchObject({ clusterId: 'x' })
  })

  test('changes what the broker is asked, and what it says', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    cluster.intercept('Metadata', async ({ request, serve }) => {
      const answer = await serve({ ...request, topics: null })
      return answer && { ...answer, controllerId: 7 }
    })
    const { controllerId, topics: found } = await client.request(metadataApi, 12, { topics: [] })
    expect([controllerId, found.map(({ name }) => name)]).toEqual([7, ['orders']])
  })

  test('closes the connection before the broker has seen the request', async () => {
    const cluster = await startCluster({ topics })
    cluster.intercept('Produce', (call) => call.close(), { times: 1 })
    await expect(produceTo(await connectTo(cluster), await batchOf(record))).rejects.toThrow(
      'closed the connection',
    )
    expect(cluster.records('orders')).toEqual([])
    const client = await connectTo(cluster)
    expect(await produceTo(client, await batchOf(record))).toMatchObject({ error: null })
  })

  test.each([false, true])('closes it after the append, by a reset: %s', async (reset) => {
    const cluster = await startCluster({ topics })
    cluster.intercept('Produce', async (call) => {
      await call.serve()
      call.close({ reset })
    })
    const client = await connectTo(cluster)
    await expect(produceTo(client, await batchOf(record))).rejects.toThrow('closed the connection')
    expect(cluster.records('orders')).toHaveLength(1)
  })

  test('that closes leaves the answers before it to the client, and nothing behind it is served', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    let left = 3
    cluster.intercept('Produce', (call) => (--left === 0 ? call.close() : undefined))
    const batch = await batchOf([{ value: 'x'.repeat(50_000) }])
    for (let index = 0; index < 5; index++) client.send(produceApi, 12, produceBody(batch))
    const frames = []
    for (let index = 0; index < 3; index++) frames.push(await client.frame())
    expect(frames.map((frame) => frame?.readInt32BE(0) ?? null)).toEqual([1, 2, null])
    expect(cluster.batchCount('orders')).toBe(2)
  })

  test('delays by the clock it is given', async () => {
    const runtime = manualClock()
    const cluster = await startCluster({ topics, runtime })
    const client = await connectTo(cluster)
    cluster.intercept('Produce', (call) => call.delay(5000))
    const answer = produceTo(client, await batchOf(record))
    await eventually(() => expect(runtime.pendingTimers).toBe(1))
    expect(cluster.records('orders')).toEqual([])
    runtime.advance(5000)
    expect(await answer).toMatchObject({ error: null })
  })

  test('that delays leaves nothing behind, however often', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    const warnings: Error[] = []
    const note = (warning: Error) => void warnings.push(warning)
    process.on('warning', note)
    onTestFinished(() => void process.off('warning', note))
    cluster.intercept('Metadata', (call) => call.delay(0))
    for (let index = 0; index < 30; index++) await client.request(metadataApi, 12, orders)
    expect(warnings).toEqual([])
  })

  test('that delays or hangs ends with the connection', async () => {
    const runtime = manualClock()
    const cluster = await startCluster({ topics, runtime })
    const after: string[] = []
    cluster.intercept('Produce', async (call) => {
      await call.delay(5000)
      after.push('delay')
    })
    cluster.intercept('Metadata', async (call) => {
      await call.hang()
      after.push('hang')
    })
    const clients = [await connectTo(cluster), await connectTo(cluster)] as const
    clients[0].send(produceApi, 12, produceBody(await batchOf(record)))
    clients[1].send(metadataApi, 12, orders)
    await eventually(() => expect(cluster.brokers[0]!.requestCount()).toBe(2))
    await eventually(() => expect(runtime.pendingTimers).toBe(1))
    for (const client of clients) await client.close()
    await eventually(() =>
      expect([runtime.pendingTimers, cluster.brokers[0]!.openConnections]).toEqual([0, 0]),
    )
    expect(after).toEqual([])
  })

  test('writes bytes as they are', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    cluster.intercept('Metadata', () => Buffer.from('00000003abcdef', 'hex'))
    client.send(metadataApi, 12, orders)
    expect((await client.frame())!.toString('hex')).toBe('abcdef')
  })

  test('may leave a request without an answer, and the next one gets its own', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    cluster.intercept('Metadata', () => null, { times: 1 })
    client.send(metadataApi, 12, orders)
    client.send(metadataApi, 12, orders)
    expect((await client.frame())!.readInt32BE(0)).toBe(2)
  })

  test('is for one broker, for a number of requests, or until it is removed', async () => {
    const cluster = await startCluster({ brokers: 2, topics })
    const clients = [await connectTo(cluster, 0), await connectTo(cluster, 1)] as const
    const seen: string[] = []
    const note = (name: string) => () => void seen.push(name)
    cluster.intercept('Metadata', note('of 1'), { broker: 1 })
    cluster.intercept('Metadata', note('twice'), { times: 2 })
    const remove = cluster.intercept('Metadata', note('removed'))
    cluster.intercept('Produce', note('other'))
    await clients[0].request(metadataApi, 12, orders)
    remove()
    await clients[1].request(metadataApi, 12, orders)
    await clients[0].request(metadataApi, 12, orders)
    expect(seen).toEqual(['removed', 'twice', 'twice', 'of 1'])
  })

  test('sees the answer of those that were there before it', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    for (const digit of ['1', '2']) {
      cluster.intercept('Metadata', async ({ serve }) => {
        const answer = await serve()
        return answer && { ...answer, clusterId: answer.clusterId!.slice(0, 3) + digit }
      })
    }
    const { clusterId } = await client.request(metadataApi, 12, orders)
    expect(clusterId).toMatch(/^...2$/)
  })

  test('that throws closes the connection, and close says so', async () => {
    const warnings: string[] = []
    const logger = { warn: (message: string) => void warnings.push(message) }
    const cluster = await createEmbeddedCluster({ topics, logger })
    cluster.intercept('Metadata', () => {
      throw new Error('a slip')
    })
    const client = await RawClient.connect(cluster.bootstrapServers[0]!)
    client.send(metadataApi, 12, orders)
    expect(await client.frame()).toBeNull()
    expect(warnings).toEqual([expect.stringContaining('a slip')])
    await expect(cluster.close()).rejects.toThrow('a slip')
    await expect(cluster.close()).rejects.toThrow('a slip')
  })

  test('is not blamed for what the broker throws', async () => {
    const cluster = await startCluster({ topics })
    cluster.intercept('Produce', (call) => call.serve())
    const client = await connectTo(cluster)
    client.send(produceApi, 12, produceBody(await batchOf(record), { acks: 0, partition: 9 }))
    expect(await client.frame()).toBeNull()
    await cluster.close()
  })

  test('must name an API that is spoken here, and see a request at least', async () => {
    const cluster = await startCluster()
    expect(() => cluster.intercept('Produce', () => null, { times: 0 })).toThrow('INVALID_OPTION')
    expect(() => cluster.intercept('Procude' as 'Produce', () => null)).toThrow('INVALID_OPTION')
  })
})
