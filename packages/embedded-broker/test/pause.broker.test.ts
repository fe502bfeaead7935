import { setTimeout as sleep } from 'node:timers/promises'
import { metadataApi, produceApi } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../../test/eventually.js'
import { batchOf } from './batches.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import { produceBody, produceTo } from './produce-requests.js'

const topics = { orders: { partitions: 1 } }

describe('a paused broker', () => {
  test('takes connections and requests and answers them when it goes on', async () => {
    const cluster = await startCluster({ brokers: 2, topics })
    const [paused] = cluster.brokers
    const before = await connectTo(cluster, 0)
    paused!.pause()
    expect(paused!.state).toBe('paused')
    const after = await connectTo(cluster, 0)
    const answers = [
      produceTo(before, await batchOf([{ value: 'a' }])),
      produceTo(after, await batchOf([{ value: 'b' }])),
    ]
    const other = await connectTo(cluster, 1)
    await other.request(metadataApi, 12, { topics: null })
    expect(cluster.records('orders')).toEqual([])
    paused!.resume()
    expect((await Promise.all(answers)).map(({ error }) => error)).toEqual([null, null])
    expect([paused!.state, cluster.records('orders').length]).toEqual(['running', 2])
  })

  test('keeps back even the answer to what it has done already', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    cluster.intercept('Produce', async (call) => {
      await call.serve()
      cluster.brokers[0]!.pause()
    })
    let answered = false
    const answer = produceTo(client, await batchOf([{ value: 'a' }])).then(() => (answered = true))
    await eventually(() => expect(cluster.brokers[0]!.state).toBe('paused'))
    const other = await connectTo(cluster)
    await new Promise((resolve) => setImmediate(resolve))
    expect([answered, cluster.records('orders').length]).toEqual([false, 1])
    await other.close()
    cluster.brokers[0]!.resume()
    expect(await answer).toBe(true)
  })

  test('can be stopped: what it had not begun is lost; it runs when it is started again', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    let begun = 0
    cluster.intercept('Produce', () => void begun++)
    await produceTo(client, await batchOf([{ value: 'a' }]))
    cluster.brokers[0]!.pause()
    client.send(produceApi, 12, produceBody(await batchOf([{ value: 'lost' }])))
    client.send(produceApi, 12, produceBody(await batchOf([{ value: 'lost' }])))
    // So that they have most likely arrived: where not, this shows less, and passes all the same.
    await sleep(20)
    await cluster.brokers[0]!.stop()
    expect(await client.frame()).toBeNull()
    await cluster.brokers[0]!.start()
    expect(cluster.brokers[0]!.state).toBe('running')
    const again = await connectTo(cluster)
    expect(await produceTo(again, await batchOf([{ value: 'b' }]))).toMatchObject({
      baseOffset: 1n,
    })
    expect(begun).toBe(2)
  })
})

test('a broker can close its connections and take new ones', async () => {
  const cluster = await startCluster({ topics })
  const client = await connectTo(cluster)
  await client.request(metadataApi, 12, { topics: null })
  await cluster.brokers[0]!.closeConnections()
  expect(await client.frame()).toBeNull()
  const again = await connectTo(cluster)
  await again.request(metadataApi, 12, { topics: null })
  expect(cluster.brokers[0]!.openConnections).toBe(1)
})
