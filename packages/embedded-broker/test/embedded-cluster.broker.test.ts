import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { fetchApi, metadataApi } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { createEmbeddedCluster } from '../src/index.js'
import { batchOf, firstTimestamp } from './batches.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import { produceTo } from './produce-requests.js'
import { RawClient } from './raw-client.js'

describe('an embedded cluster', () => {
  test('listens on a port of loopback for each broker', async () => {
    const cluster = await startCluster({ brokers: 3 })
    expect(cluster.brokers.map(({ nodeId }) => nodeId)).toEqual([0, 1, 2])
    expect(new Set(cluster.bootstrapServers).size).toBe(3)
    for (const server of cluster.bootstrapServers) expect(server).toMatch(/^127\.0\.0\.1:\d+$/)
  })

  test('gives back the records of all partitions as they were sent', async () => {
    const cluster = await startCluster({ topics: { orders: { partitions: 2 } } })
    const client = await connectTo(cluster)
    const headers = [
      ['a', 'ä'],
      ['a', null],
      ['b', new Uint8Array([0, 255])],
    ] as const
    const records = [
      { key: 'k', value: 'ü' },
      { key: '', value: null, headers, timestamp: firstTimestamp + 5 },
    ]
    await produceTo(client, await batchOf(records), { partition: 1 })
    await produceTo(client, await batchOf([{ key: null, value: '' }]), { partition: 0 })
    const timestamp = firstTimestamp
    expect(cluster.records('orders')).toEqual([
      { partition: 0, offset: 0n, timestamp, key: null, value: Buffer.from(''), headers: [] },
      {
        partition: 1,
        offset: 0n,
        timestamp,
        key: Buffer.from('k'),
        value: Buffer.from('ü'),
        headers: [],
      },
      {
        partition: 1,
        offset: 1n,
        timestamp: timestamp + 5,
        key: Buffer.from(''),
        value: null,
        headers: [
          ['a', Buffer.from('ä')],
          ['a', null],
          ['b', Buffer.from([0, 255])],
        ],
      },
    ])
  })

  test('gives copies: what is done to them is not done to the log', async () => {
    const cluster = await startCluster({ topics: { orders: { partitions: 1 } } })
    await produceTo(await connectTo(cluster), await batchOf([{ value: 'a' }]))
    cluster.records('orders')[0]!.value!.fill(0)
    expect(String(cluster.records('orders')[0]!.value)).toBe('a')
  })

  test('counts connections, requests and batches', async () => {
    const cluster = await startCluster({ brokers: 2, topics: { orders: { partitions: 1 } } })
    const gone = await connectTo(cluster)
    await gone.request(metadataApi, 12, { topics: [] })
    await gone.close()
    const client = await connectTo(cluster)
    await produceTo(client, await batchOf([{ value: 'a' }, { value: 'b' }]))
    const [first, second] = cluster.brokers
    expect([first!.openConnections, first!.acceptedConnections]).toEqual([1, 2])
    expect([second!.openConnections, second!.acceptedConnections]).toEqual([0, 0])
    expect([first!.requestCount('Produce'), first!.requestCount('Metadata')]).toEqual([1, 1])
    expect([first!.requestCount(), first!.requestCount('Fetch')]).toEqual([2, 0])
    expect([cluster.batchCount('orders'), cluster.batchCount('none')]).toEqual([1, 0])
  })

  test('rejects options it cannot follow', async () => {
    await expect(createEmbeddedCluster({ brokers: 0 })).rejects.toThrow('INVALID_OPTION')
  })

  test('closes its connections and listeners, waiting Fetches included, once and again', async () => {
    const cluster = await createEmbeddedCluster({ topics: { orders: { partitions: 1 } } })
    const client = await RawClient.connect(cluster.bootstrapServers[0]!)
    const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 }]
    client.send(fetchApi, 12, {
      maxWaitMs: 60_000,
      minBytes: 1,
      topics: [{ topic: 'orders', partitions }],
    })
    await Promise.all([cluster.close(), cluster.close()])
    expect(await client.frame()).toBeNull()
    await expect(RawClient.connect(cluster.bootstrapServers[0]!)).rejects.toThrow('ECONNREFUSED')
    await cluster.close()
  })

  test('leaves a process nothing that keeps it alive, though a Fetch was waiting', () => {
    const pathOf = (file: string) => JSON.stringify(fileURLToPath(new URL(file, import.meta.url)))
    const program = `
      import { createEmbeddedCluster } from ${pathOf('../src/index.ts')}
      import { RawClient } from ${pathOf('raw-client.ts')}
      import { fetchApi } from '@sluice/protocol'
      const cluster = await createEmbeddedCluster({ brokers: 3, topics: { a: { partitions: 1 } } })
      const client = await RawClient.connect(cluster.bootstrapServers[0])
      const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1 }]
      client.send(fetchApi, 12, { maxWaitMs: 60_000, minBytes: 1, topics: [{ topic: 'a', partitions }] })
      while (cluster.brokers[0].requestCount() === 0) await new Promise(setImmediate)
      await cluster[Symbol.asyncDispose]()
    `
    const flags = ['--import', 'tsx', '--conditions=@sluice/source', '--input-type=module', '-e']
    const { status, stderr } = spawnSync(process.execPath, [...flags, program], {
      timeout: 20_000,
      encoding: 'utf8',
    })
    expect({ status, stderr }).toMatchObject({ status: 0 })
  })
})
