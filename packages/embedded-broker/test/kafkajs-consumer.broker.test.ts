import { describe, expect, test } from 'vitest'
import { eventually } from '../../../test/eventually.js'
import type { EmbeddedCluster } from '../src/index.js'
import { startCluster } from './cluster-fixture.js'
import { startConsumer, writeOrders } from './kafkajs-consumer.js'

const topics = { orders: { partitions: 2 } }

/** How many partitions each member has, when the group has come to rest with so many members. */
async function atRest(cluster: EmbeddedCluster, members: number): Promise<number[]> {
  return eventually(() => {
    const group = cluster.group('billing')
    expect(group).toMatchObject({ state: 'Stable' })
    expect(group!.members).toHaveLength(members)
    return group!.members.map(({ partitions }) => partitions.length)
  })
}

async function expectCommitted(
  cluster: EmbeddedCluster,
  offsets: readonly bigint[],
): Promise<void> {
  await eventually(() => {
    const found = cluster.committedOffsets('billing')
    const sorted = found.toSorted((one, other) => one.partition - other.partition)
    expect(sorted.map(({ offset }) => offset)).toEqual(offsets)
  })
}

/** Consumers of kafkajs as members of a group. Field cases C13 and, of the time to the first record, C14. */
describe('a kafkajs consumer', () => {
  test('joins a group, reads every partition, and commits what it has read', async () => {
    const cluster = await startCluster({ topics })
    await writeOrders(cluster, 'tea', [0, 1])
    const { read } = await startConsumer(cluster)
    await expectCommitted(cluster, [1n, 1n])
    expect(read.toSorted()).toEqual(['0 0 tea', '1 0 tea'])
    expect(cluster.group('billing')).toMatchObject({
      state: 'Stable',
      generation: 1,
      protocolType: 'consumer',
      protocolName: 'RoundRobinAssigner',
      members: [{ clientId: 'kafkajs', groupInstanceId: null }],
    })
  })

  test('shares the partitions with a second one, and takes them over when that one leaves', async () => {
    const cluster = await startCluster({ topics })
    const [first, second] = [await startConsumer(cluster), await startConsumer(cluster)]
    expect(await atRest(cluster, 2)).toEqual([1, 1])
    await writeOrders(cluster, 'tea', [0, 1])
    await expectCommitted(cluster, [1n, 1n])
    expect([first.read.length, second.read.length]).toEqual([1, 1])
    await second.consumer.disconnect()
    expect(await atRest(cluster, 1)).toEqual([2])
    await writeOrders(cluster, 'milk', [0, 1])
    await expectCommitted(cluster, [2n, 2n])
    expect(first.read.filter((one) => one.endsWith('milk')).toSorted()).toEqual([
      '0 1 milk',
      '1 1 milk',
    ])
  })

  test('goes on from the committed offset after a restart', async () => {
    const cluster = await startCluster({ topics })
    await writeOrders(cluster, 'tea', [0, 1])
    const before = await startConsumer(cluster)
    await expectCommitted(cluster, [1n, 1n])
    await before.consumer.disconnect()
    await writeOrders(cluster, 'milk', [0, 1])
    const after = await startConsumer(cluster)
    await expectCommitted(cluster, [2n, 2n])
    expect(after.read.toSorted()).toEqual(['0 1 milk', '1 1 milk'])
  })

  test('comes back when a test has evicted it', async () => {
    const cluster = await startCluster({ topics })
    await startConsumer(cluster)
    const [member] = cluster.group('billing')!.members
    cluster.evictMember('billing', member!.memberId)
    expect(cluster.group('billing')).toMatchObject({ state: 'Empty', members: [] })
    expect(await atRest(cluster, 1)).toEqual([2])
    expect(cluster.group('billing')!.members[0]!.memberId).not.toBe(member!.memberId)
  })

  test('loses the partitions that a test takes, and gets them back', async () => {
    const cluster = await startCluster({ topics })
    const { read } = await startConsumer(cluster)
    const giveBack = cluster.takePartitions('billing', 'orders', [1])
    await eventually(async () => expect(await atRest(cluster, 1)).toEqual([1]))
    await writeOrders(cluster, 'tea', [0, 1])
    await eventually(() => expect(read).toEqual(['0 0 tea']))
    expect(cluster.group('billing')!.members[0]!.partitions).toEqual([
      { topic: 'orders', partition: 0 },
    ])
    giveBack()
    await eventually(() => expect(read).toEqual(['0 0 tea', '1 0 tea']))
  })

  test('finds its group again when another broker coordinates it', async () => {
    const cluster = await startCluster({ brokers: 2, topics })
    await startConsumer(cluster)
    const coordinator = (node: number) => cluster.moveCoordinator('group', 'billing', node)
    coordinator(0)
    coordinator(1)
    await writeOrders(cluster, 'tea', [0, 1])
    await expectCommitted(cluster, [1n, 1n])
  })

  test('has its first record within milliseconds, since nobody waits for further members', async () => {
    const cluster = await startCluster({ topics })
    await writeOrders(cluster, 'tea', [0])
    const waits: number[] = []
    cluster.intercept('JoinGroup', async (call) => {
      const since = performance.now()
      await call.serve()
      waits.push(performance.now() - since)
    })
    const { read } = await startConsumer(cluster)
    await eventually(() => expect(read).toEqual(['0 0 tea']))
    expect(Math.max(...waits)).toBeLessThan(1000)
  })
})
