import { apiVersionsApi, encodeRequest, errorCodeOf } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { connectTo, startCluster } from './cluster-fixture.js'

const software = { clientSoftwareName: 'sluice', clientSoftwareVersion: '1.0.0-rc.1' }

describe('ApiVersions', () => {
  test.each([0, 1, 2, 3, 4])(
    'lists what is implemented, and Produce from 0 on as Kafka 4 does, in version %i',
    async (version) => {
      const client = await connectTo(await startCluster())
      const { apiKeys, errorCode } = await client.request(apiVersionsApi, version, software)
      expect(errorCode).toBe(0)
      expect(
        apiKeys.map(({ apiKey, maxVersion, minVersion }) => [apiKey, minVersion, maxVersion]),
      ).toEqual([
        [0, 0, 13],
        [1, 4, 18],
        [2, 1, 11],
        [3, 4, 13],
        [10, 0, 6],
        [18, 0, 4],
        [22, 0, 5],
        [24, 0, 3],
        [25, 0, 4],
        [26, 0, 5],
        [65, 0, 0],
        [28, 0, 5],
        [11, 0, 9],
        [14, 0, 5],
        [12, 0, 4],
        [13, 0, 5],
        [8, 2, 10],
        [9, 1, 10],
        [15, 0, 6],
        [16, 0, 5],
        [42, 0, 2],
        [19, 2, 7],
        [20, 1, 6],
        [37, 0, 3],
        [21, 0, 2],
        [32, 1, 4],
        [33, 0, 2],
        [44, 0, 1],
      ])
    },
  )

  test('names the finalized features that the options give the cluster, and their levels', async () => {
    const finalizedFeatures = { 'transaction.version': 2, 'metadata.version': 25 }
    const client = await connectTo(await startCluster({ finalizedFeatures }))
    const answer = await client.request(apiVersionsApi, 4, software)
    expect(answer).toMatchObject({
      errorCode: 0,
      finalizedFeaturesEpoch: 0n,
      finalizedFeatures: [
        { name: 'transaction.version', maxVersionLevel: 2 },
        { name: 'metadata.version', maxVersionLevel: 25 },
      ],
      supportedFeatures: [{ name: 'transaction.version' }, { name: 'metadata.version' }],
    })
    const plain = await connectTo(await startCluster({ finalizedFeatures: {} }))
    expect(await plain.request(apiVersionsApi, 4, software)).toMatchObject({
      finalizedFeaturesEpoch: -1n,
      finalizedFeatures: [],
    })
  })

  test('says by default that transactions are of version 2, and hears of it when a test changes that', async () => {
    const cluster = await startCluster()
    const client = await connectTo(cluster)
    const levels = async () => {
      const answer = await client.request(apiVersionsApi, 4, software)
      const [feature] = answer.finalizedFeatures
      return [answer.finalizedFeaturesEpoch, feature!.maxVersionLevel]
    }
    expect(await levels()).toEqual([0n, 2])
    cluster.finalizeFeature('transaction.version', 1)
    expect(await levels()).toEqual([1n, 1])
    const tooHigh = () => cluster.finalizeFeature('transaction.version', 3)
    expect(tooHigh).toThrow('INVALID_OPTION')
  })

  test('answers a version it does not speak in version 0, with its own range', async () => {
    const client = await connectTo(await startCluster())
    const [request] = encodeRequest(apiVersionsApi, 4, 1, 'raw', software)
    Buffer.from(request!.buffer, request!.byteOffset).writeInt16BE(99, 6)
    client.write(request!)
    const frame = await client.frame()
    // Correlation id 1, error 35, one range: API 18, versions 0 to 4.
    expect(frame!.toString('hex')).toBe('00000001002300000001001200000004')
  })

  test.each([
    { clientSoftwareName: '', clientSoftwareVersion: '1' },
    { clientSoftwareName: 'sluice', clientSoftwareVersion: '' },
    { clientSoftwareName: '-sluice', clientSoftwareVersion: '1' },
    { clientSoftwareName: 'sluice', clientSoftwareVersion: '1.' },
    { clientSoftwareName: 'two words', clientSoftwareVersion: '1' },
  ])('refuses the software %j', async (names) => {
    const client = await connectTo(await startCluster())
    const { apiKeys, errorCode } = await client.request(apiVersionsApi, 3, names)
    expect([errorCodeOf(errorCode), apiKeys]).toEqual(['INVALID_REQUEST', []])
  })
})
