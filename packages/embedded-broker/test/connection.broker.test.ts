import { fetchApi, metadataApi, produceApi } from '@sluice/protocol'
import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { eventually } from '../../../test/eventually.js'
import { batchOf } from './batches.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import { produceBody, produceTo } from './produce-requests.js'

const topics = { orders: { partitions: 1 } }

function fetchOrders(maxWaitMs: number) {
  const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 }]
  return { maxWaitMs, minBytes: 1, topics: [{ topic: 'orders', partitions }] }
}

/** A frame; the spaces in `hex` are for the reader. */
function withLength(hex: string): Buffer {
  const body = Buffer.from(hex.replaceAll(' ', ''), 'hex')
  const frame = Buffer.alloc(4 + body.length)
  frame.writeInt32BE(body.length)
  body.copy(frame, 4)
  return frame
}

describe('a connection to a broker', () => {
  test('answers pipelined requests in their order, a waiting Fetch included', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    client.send(fetchApi, 12, fetchOrders(50))
    client.send(produceApi, 12, produceBody(await batchOf([{ value: 'a' }])))
    client.send(metadataApi, 12, { topics: [] })
    const ids = []
    for (let index = 0; index < 3; index++) ids.push((await client.frame())!.readInt32BE(0))
    expect(ids).toEqual([1, 2, 3])
  })

  test('serves what is pipelined behind a waiting Fetch, beyond what it buffers', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    client.send(fetchApi, 12, fetchOrders(200))
    const batch = await batchOf([{ value: 'x'.repeat(500_000) }])
    for (let index = 0; index < 20; index++) client.send(produceApi, 12, produceBody(batch))
    for (let index = 0; index < 21; index++) expect(await client.frame()).not.toBeNull()
    expect(cluster.batchCount('orders')).toBe(20)
  })

  test('may be reset by the client', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    client.send(fetchApi, 12, fetchOrders(60_000))
    await eventually(() => expect(cluster.brokers[0]!.requestCount('Fetch')).toBe(1))
    client.reset()
    await eventually(() => expect(cluster.brokers[0]!.openConnections).toBe(0))
  })

  test.each([
    ['bytes of HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['a negative length', Buffer.from('ffffffff', 'hex')],
    ['a length over 100 MiB', Buffer.from('06400001', 'hex')],
    ['an empty frame', withLength('')],
    ['an unknown API', withLength('03e7 0000 00000001 ffff')],
    ['an unknown version', withLength('0000 0063 00000001 ffff')],
    ['a version of Produce that is listed and not spoken', withLength('0000 0002 00000001 ffff')],
    ['half a body', withLength('0003 000c 00000001 ffff 00 05')],
    ['an array longer than the frame', withLength('0003 0004 00000001 ffff 7fffffff')],
  ])('is closed on %s, with a word to the logger', async (_, bytes) => {
    const warn = vi.fn<(message: string) => void>()
    const cluster = await startCluster({ topics, logger: { warn } })
    const client = await connectTo(cluster)
    client.write(bytes)
    expect(await client.frame()).toBeNull()
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('broker 0 closed'))
    const other = await connectTo(cluster)
    expect(await produceTo(other, await batchOf([{ value: 'a' }]))).toMatchObject({ error: null })
  })

  test('survives any frame at all', async () => {
    const cluster = await startCluster({ topics })
    const header = fc.tuple(fc.constantFrom(0, 1, 2, 3, 18, 22), fc.integer({ min: 0, max: 20 }))
    await fc.assert(
      fc.asyncProperty(header, fc.uint8Array({ maxLength: 60 }), async ([key, version], rest) => {
        const client = await connectTo(cluster)
        const start = Buffer.from([0, key, 0, version, 0, 0, 0, 1, 255, 255])
        client.write(withLength(Buffer.concat([start, rest]).toString('hex')))
        // Zero as a wait and as a length often ends in an answer, or the connection is closed; a Fetch may go on waiting.
        await Promise.race([client.frame(), new Promise((resolve) => setTimeout(resolve, 20))])
        await client.close()
      }),
      { numRuns: 200 },
    )
    const client = await connectTo(cluster)
    expect(await produceTo(client, await batchOf([{ value: 'a' }]))).toMatchObject({ error: null })
  })

  test('is forgotten when the client goes, a waiting Fetch with it', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    client.send(fetchApi, 12, fetchOrders(60_000))
    await eventually(() => expect(cluster.brokers[0]!.requestCount('Fetch')).toBe(1))
    await client.close()
    await eventually(() => expect(cluster.brokers[0]!.openConnections).toBe(0))
  })
})
