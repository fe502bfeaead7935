import { errorCodeOf, metadataApi, zeroUuid, type ResponseOf } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { connectTo, startCluster } from './cluster-fixture.js'

type Response = ResponseOf<typeof metadataApi>

function errors({ topics }: Response) {
  return topics.map(({ errorCode, name }) => [name, errorCodeOf(errorCode)])
}

function leaders({ topics }: Response) {
  return topics.map(({ name, partitions }) => [name, partitions.map(({ leaderId }) => leaderId)])
}

describe('Metadata', () => {
  test('says in which rack a broker is, where it was given one', async () => {
    const cluster = await startCluster({ brokers: 3, racks: ['a', 'b'] })
    const client = await connectTo(cluster, 2)
    const { brokers } = await client.request(metadataApi, 13, { topics: [] })
    const racks = brokers.toSorted((a, b) => a.nodeId - b.nodeId).map(({ rack }) => rack)
    expect(racks).toEqual(['a', 'b', null])
  })

  test.each([4, 5, 6, 7, 8, 9, 10, 11, 12, 13])(
    'describes the cluster in version %i',
    async (version) => {
      const cluster = await startCluster({ brokers: 3, topics: { orders: { partitions: 1 } } })
      const client = await connectTo(cluster, 2)
      const response = await client.request(metadataApi, version, { topics: [{ name: 'orders' }] })
      const brokers = response.brokers
        .toSorted((a, b) => a.nodeId - b.nodeId)
        .map(({ host, nodeId, port }) => [nodeId, `${host}:${port}`])
      expect(brokers).toEqual(cluster.bootstrapServers.map((server, nodeId) => [nodeId, server]))
      expect(response).toMatchObject({
        controllerId: 0,
        topics: [
          {
            errorCode: 0,
            name: 'orders',
            partitions: [
              {
                errorCode: 0,
                partitionIndex: 0,
                leaderId: 0,
                leaderEpoch: version >= 7 ? 0 : -1,
                replicaNodes: [0, 1, 2],
                isrNodes: [0, 1, 2],
                offlineReplicas: [],
              },
            ],
          },
        ],
      })
      expect(response.clusterId).toMatch(/^[\w-]{22}$/)
      expect(response.topics[0]!.topicId === zeroUuid).toBe(version < 10)
    },
  )

  test('spreads partitions over the brokers, each topic from the next one on', async () => {
    const topics = { a: { partitions: 4 }, b: { partitions: 2 } }
    const client = await connectTo(await startCluster({ brokers: 3, topics }))
    expect(leaders(await client.request(metadataApi, 12, { topics: null }))).toEqual([
      ['a', [0, 1, 2, 0]],
      ['b', [1, 2]],
    ])
  })

  test('gives all topics for null and none for an empty list', async () => {
    const client = await connectTo(await startCluster({ topics: { a: { partitions: 1 } } }))
    const all = await client.request(metadataApi, 12, { topics: null })
    const none = await client.request(metadataApi, 12, { topics: [] })
    expect([all.topics.length, none.topics.length]).toEqual([1, 0])
  })

  test('creates a topic that is asked for, with its leaders in the same answer', async () => {
    const client = await connectTo(await startCluster({ brokers: 2, defaultPartitions: 3 }))
    const body = { topics: [{ name: 'new' }] }
    const first = await client.request(metadataApi, 12, body)
    expect(leaders(first)).toEqual([['new', [0, 1, 0]]])
    const second = await client.request(metadataApi, 12, body)
    expect(second.topics[0]!.topicId).toBe(first.topics[0]!.topicId)
  })

  test('creates nothing where the request or the cluster forbids it', async () => {
    const expected = [['new', 'UNKNOWN_TOPIC_OR_PARTITION']]
    const permissive = await connectTo(await startCluster())
    const forbidding = { topics: [{ name: 'new' }], allowAutoTopicCreation: false }
    expect(errors(await permissive.request(metadataApi, 12, forbidding))).toEqual(expected)
    const strict = await connectTo(await startCluster({ autoCreateTopics: false }))
    const asking = { topics: [{ name: 'new' }] }
    expect(errors(await strict.request(metadataApi, 12, asking))).toEqual(expected)
  })

  test.each(['', '.', '..', 'two words', 'ä', 'x'.repeat(250)])(
    'refuses the name "%s"',
    async (name) => {
      const client = await connectTo(await startCluster())
      expect(errors(await client.request(metadataApi, 12, { topics: [{ name }] }))).toEqual([
        [name, 'INVALID_TOPIC_EXCEPTION'],
      ])
    },
  )

  test('finds topics by their id from version 12 on', async () => {
    const client = await connectTo(await startCluster({ topics: { a: { partitions: 1 } } }))
    const { topics } = await client.request(metadataApi, 12, { topics: null })
    const { topicId } = topics[0]!
    const unknownId = '01234567-89ab-cdef-0123-456789abcdef'
    const body = { topics: [topicId, unknownId].map((id) => ({ topicId: id, name: null })) }
    expect(errors(await client.request(metadataApi, 12, body))).toEqual([
      ['a', null],
      [null, 'UNKNOWN_TOPIC_ID'],
    ])
    const tooEarly = { topics: [{ topicId, name: 'a' }] }
    expect(errors(await client.request(metadataApi, 10, tooEarly))).toEqual([
      ['a', 'INVALID_REQUEST'],
    ])
  })
})
