import { ConfigResourceTypes, type Admin } from 'kafkajs'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { EmbeddedCluster, EmbeddedClusterOptions } from '../src/index.js'
import { startCluster } from './cluster-fixture.js'
import { kafkajsOf, startConsumer, writeOrders } from './kafkajs-consumer.js'

async function start(
  options: EmbeddedClusterOptions = {},
): Promise<{ admin: Admin; cluster: EmbeddedCluster }> {
  const cluster = await startCluster(options)
  const admin = kafkajsOf(cluster).admin()
  await admin.connect()
  onTestFinished(() => admin.disconnect())
  return { admin, cluster }
}

const topics = { orders: { partitions: 2 } }

/** Field case C17: a topic is ready for records when it is created. */
describe("kafkajs's admin", () => {
  test('creates topics that can be written at once, and deletes them', async () => {
    const { admin, cluster } = await start({ brokers: 3 })
    const orders = { topic: 'orders', numPartitions: 4, replicationFactor: 2 }
    expect(await admin.createTopics({ topics: [orders], waitForLeaders: true })).toBe(true)
    expect(cluster.topic('orders')!.partitions).toHaveLength(4)
    await writeOrders(cluster, 'tea', [0, 1, 2, 3])
    expect(cluster.records('orders')).toHaveLength(4)
    expect(await admin.listTopics()).toEqual(['orders'])
    const placed = [{ partition: 0, replicas: [2, 0] }]
    await admin.createTopics({ topics: [{ topic: 'placed', replicaAssignment: placed }] })
    expect(cluster.topic('placed')!.partitions).toMatchObject([{ leader: 2, replicas: [2, 0] }])
    await admin.deleteTopics({ topics: ['orders'] })
    expect(cluster.topic('orders')).toBe(undefined)
  })

  test('hears that a topic is there already, and why another one cannot be', async () => {
    const { admin } = await start({ topics })
    expect(await admin.createTopics({ topics: [{ topic: 'orders' }] })).toBe(false)
    await expect(
      admin.createTopics({ topics: [{ topic: 'bills', replicationFactor: 2 }] }),
    ).rejects.toMatchObject({ errors: [{ type: 'INVALID_REPLICATION_FACTOR' }] })
    const unwritten = { validateOnly: true, waitForLeaders: false }
    await admin.createTopics({ topics: [{ topic: 'bills' }], ...unwritten })
    expect(await admin.listTopics()).toEqual(['orders'])
  })

  test('adds partitions', async () => {
    const { admin, cluster } = await start({ topics })
    await admin.createPartitions({ topicPartitions: [{ topic: 'orders', count: 5 }] })
    expect(cluster.topic('orders')!.partitions).toHaveLength(5)
    const metadata = await admin.fetchTopicMetadata({ topics: ['orders'] })
    expect(metadata.topics[0]!.partitions).toHaveLength(5)
  })

  test('reads and changes the settings of a topic, and those with an effect have it', async () => {
    const { admin, cluster } = await start({ topics })
    const resource = { type: ConfigResourceTypes.TOPIC, name: 'orders' }
    const read = async (...configNames: string[]) => {
      const { resources } = await admin.describeConfigs({
        resources: [{ ...resource, configNames }],
        includeSynonyms: false,
      })
      return resources[0]!.configEntries.map(({ configName, configValue }) => [
        configName,
        configValue,
      ])
    }
    expect(await read('cleanup.policy')).toEqual([['cleanup.policy', 'delete']])
    const configEntries = [
      { name: 'max.message.bytes', value: '100' },
      { name: 'retention.ms', value: '60000' },
    ]
    await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] })
    expect(await read('max.message.bytes', 'retention.ms')).toEqual([
      ['max.message.bytes', '100'],
      ['retention.ms', '60000'],
    ])
    await expect(writeOrders(cluster, 'x'.repeat(200), [0])).rejects.toMatchObject({
      type: 'MESSAGE_TOO_LARGE',
    })
  })

  test('reads the settings of a broker that are options of the cluster', async () => {
    const { admin } = await start({ defaultPartitions: 3 })
    const resource = { type: ConfigResourceTypes.BROKER, name: '0' }
    const described = await admin.describeConfigs({ resources: [resource], includeSynonyms: true })
    expect(described.resources[0]!.configEntries).toContainEqual(
      expect.objectContaining({ configName: 'num.partitions', configValue: '3' }),
    )
  })

  test('lists, describes and deletes groups', async () => {
    const { admin, cluster } = await start({ brokers: 2, topics })
    const { consumer } = await startConsumer(cluster)
    expect(await admin.listGroups()).toEqual({
      groups: [{ groupId: 'billing', protocolType: 'consumer' }],
    })
    expect(await admin.describeGroups(['billing'])).toMatchObject({
      groups: [{ state: 'Stable', members: [{ clientId: 'kafkajs', clientHost: '/127.0.0.1' }] }],
    })
    await expect(admin.deleteGroups(['billing'])).rejects.toMatchObject({
      groups: [{ groupId: 'billing', error: { type: 'NON_EMPTY_GROUP' } }],
    })
    await consumer.disconnect()
    await admin.deleteGroups(['billing'])
    expect(await admin.listGroups()).toEqual({ groups: [] })
  })

  test('reads, sets and resets the offsets of a group, and those of topics', async () => {
    const { admin, cluster } = await start({ topics })
    await writeOrders(cluster, 'tea', [0, 0, 1])
    expect(await admin.fetchTopicOffsets('orders')).toMatchObject([
      { partition: 0, offset: '2', high: '2', low: '0' },
      { partition: 1, offset: '1', high: '1', low: '0' },
    ])
    // It joins the group for that, with a consumer that waits five seconds for records, and ends when it has waited.
    cluster.intercept('Fetch', ({ request, serve }) => serve({ ...request, maxWaitMs: 1 }))
    const partitions = [{ partition: 0, offset: '1' }]
    await admin.setOffsets({ groupId: 'billing', topic: 'orders', partitions })
    expect(await admin.fetchOffsets({ groupId: 'billing', topics: ['orders'] })).toMatchObject([
      { partitions: [{ offset: '1' }, { offset: '-1' }] },
    ])
    await admin.resetOffsets({ groupId: 'billing', topic: 'orders', earliest: false })
    expect(cluster.committedOffsets('billing')).toMatchObject([{ offset: -1n }, { offset: -1n }])
  })

  test('deletes records', async () => {
    const { admin, cluster } = await start({ topics })
    await writeOrders(cluster, 'tea', [0, 0, 1])
    await admin.fetchTopicOffsets('orders')
    const partitions = [{ partition: 0, offset: '1' }]
    await admin.deleteTopicRecords({ topic: 'orders', partitions })
    expect(cluster.topic('orders')!.partitions[0]).toMatchObject({ startOffset: 1n, endOffset: 2n })
  })

  test('describes the cluster', async () => {
    const { admin } = await start({ brokers: 2 })
    const { brokers, controller } = await admin.describeCluster()
    expect([brokers.map(({ nodeId }) => nodeId), controller]).toEqual([[0, 1], 0])
  })
})
