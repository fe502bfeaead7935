import { apiVersionsApi, errorCodeOf, metadataApi } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import type { EmbeddedCluster } from '../src/index.js'
import { batchOf } from './batches.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import { produceTo } from './produce-requests.js'

const topics = { orders: { partitions: 1 } }
const software = { clientSoftwareName: 'sluice', clientSoftwareVersion: '1' }

async function maxVersions(cluster: EmbeddedCluster, node = 0): Promise<Record<number, number>> {
  const client = await connectTo(cluster, node)
  const { apiKeys } = await client.request(apiVersionsApi, 3, software)
  return Object.fromEntries(apiKeys.map(({ apiKey, maxVersion }) => [apiKey, maxVersion]))
}

describe('a cap on versions', () => {
  test('is listed and enforced, on every broker', async () => {
    const apiVersions = { Produce: 9, InitProducerId: null }
    const cluster = await startCluster({ brokers: 2, topics, apiVersions })
    const groups = { 8: 10, 9: 10, 11: 9, 12: 4, 13: 5, 14: 5, 15: 6, 16: 5, 42: 2 }
    const admin = { 19: 7, 20: 6, 21: 2, 32: 4, 33: 2, 37: 3, 44: 1 }
    const transactions = { 24: 3, 25: 4, 26: 5, 28: 5, 65: 0 }
    const others = { 1: 18, 2: 11, 3: 13, 10: 6, 18: 4 }
    expect(await maxVersions(cluster, 1)).toEqual({
      0: 9,
      ...others,
      ...groups,
      ...admin,
      ...transactions,
    })
    const batch = await batchOf([{ value: 'a' }])
    const client = await connectTo(cluster)
    expect(await produceTo(client, batch, { version: 9 })).toMatchObject({ error: null })
    await expect(produceTo(client, batch, { version: 10 })).rejects.toThrow('closed the connection')
  })

  test('can be put on one broker, and taken off', async () => {
    const cluster = await startCluster({ brokers: 2, topics })
    cluster.brokers[0]!.capVersions({ Metadata: 7 })
    const caps = [await maxVersions(cluster, 0), await maxVersions(cluster, 1)]
    expect(caps.map((each) => each[metadataApi.key])).toEqual([7, 13])
    cluster.brokers[0]!.capVersions({})
    expect((await maxVersions(cluster))[metadataApi.key]).toBe(13)
  })

  test('on ApiVersions itself is answered with the range that is left', async () => {
    const cluster = await startCluster({ apiVersions: { ApiVersions: 2 } })
    const client = await connectTo(cluster)
    const { apiKeys, errorCode } = await client.request(apiVersionsApi, 3, software)
    expect([errorCodeOf(errorCode), apiKeys]).toMatchObject([
      'UNSUPPORTED_VERSION',
      [{ apiKey: 18, minVersion: 0, maxVersion: 2 }],
    ])
  })

  test.each([{ Produce: -1 }, { Produce: 1.5 }, { Procude: 3 }])('cannot be %j', async (caps) => {
    await expect(startCluster({ apiVersions: caps })).rejects.toThrow('INVALID_OPTION')
    const cluster = await startCluster()
    expect(() => cluster.brokers[0]!.capVersions(caps)).toThrow('INVALID_OPTION')
  })
})
