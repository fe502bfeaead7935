import { manualClock } from '@sluice/protocol/testing'
import { describe, expect, test } from 'vitest'
import type { EmbeddedCluster, EmbeddedClusterOptions } from '../src/index.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import { GroupClient } from './group-client.js'
import { MemberLabels } from './member-labels.js'

const topics = { orders: { partitions: 2 } }

async function start(options: EmbeddedClusterOptions = {}) {
  const clock = manualClock()
  const cluster = await startCluster({ topics, runtime: clock, ...options })
  const labels = new MemberLabels()
  const clients: GroupClient[] = []
  for (const name of ['a', 'b']) clients.push(await clientOf(cluster, name, labels))
  const [a, b] = clients
  return { clock, cluster, a: a!, b: b! }
}

async function clientOf(cluster: EmbeddedCluster, name: string, labels = new MemberLabels()) {
  const connection = await connectTo(cluster)
  return new GroupClient(name, 'billing', (...parts) => connection.request(...parts), labels)
}

/** Makes a client the only member, with everything. */
async function settle(client: GroupClient, sessionTimeoutMs = 10_000): Promise<void> {
  await client.enter({ sessionTimeoutMs })
  await client.sync({ [client.memberId]: 'all' })
}

/** Error, member id and generation of an answer to JoinGroup. */
function inShort(answer: unknown): unknown {
  return Array.isArray(answer) ? answer.slice(0, 3) : answer
}

/** The state of the group, its generation and how many members it has. */
function stateOf(cluster: EmbeddedCluster): unknown[] {
  const { generation, members, state } = cluster.group('billing')!
  return [state, generation, members.length]
}

/** Waits until a request of another connection has been handled: the group is in that state. */
async function becomes(cluster: EmbeddedCluster, state: string): Promise<void> {
  while (cluster.group('billing')?.state !== state) await new Promise(setImmediate)
}

describe('a group', () => {
  test('is not there until somebody joins it', async () => {
    const { a, cluster } = await start()
    expect(cluster.group('billing')).toBe(undefined)
    await settle(a)
    expect(stateOf(cluster)).toEqual(['Stable', 1, 1])
    expect(cluster.group('billing')).toMatchObject({
      leader: a.memberId,
      protocolType: 'consumer',
      protocolName: 'range',
    })
  })

  test('loses a member by the clock of the cluster alone', async () => {
    const { a, clock, cluster } = await start()
    await settle(a)
    clock.advance(9999)
    expect(await a.heartbeat()).toBe(null)
    clock.advance(9999)
    expect(stateOf(cluster)).toEqual(['Stable', 1, 1])
    clock.advance(1)
    expect(stateOf(cluster)).toEqual(['Empty', 2, 0])
    expect(await a.heartbeat()).toBe('UNKNOWN_MEMBER_ID')
  })

  test('takes a commit of offsets for a heartbeat', async () => {
    const { a, clock, cluster } = await start()
    await settle(a)
    clock.advance(9999)
    await a.commit('orders', 3n)
    clock.advance(9999)
    expect(stateOf(cluster)).toEqual(['Stable', 1, 1])
    expect(cluster.committedOffsets('billing')).toEqual([
      { topic: 'orders', partition: 0, offset: 3n, leaderEpoch: 3, metadata: '' },
    ])
  })

  test('begins at once by default, and waits for further members where an option says so', async () => {
    const { a, b, clock, cluster } = await start({ groupInitialRebalanceDelayMs: 3000 })
    const first = a.enter()
    await becomes(cluster, 'PreparingRebalance')
    clock.advance(2000)
    const second = b.enter()
    while (cluster.group('billing')!.members.length < 2) await new Promise(setImmediate)
    clock.advance(1000)
    expect(stateOf(cluster)).toEqual(['PreparingRebalance', 0, 2])
    clock.advance(3000)
    expect(stateOf(cluster)).toEqual(['CompletingRebalance', 1, 2])
    expect(inShort(await first)).toEqual([null, a.memberId, 1])
    expect(inShort(await second)).toEqual([null, b.memberId, 1])
  })

  test('drops members that do not join again in time', async () => {
    const { a, b, clock, cluster } = await start()
    await a.enter({ rebalanceTimeoutMs: 5000 })
    await a.sync({ [a.memberId]: 'all' })
    const entering = b.enter({ rebalanceTimeoutMs: 1000 })
    await becomes(cluster, 'PreparingRebalance')
    clock.advance(5000)
    expect(inShort(await entering)).toEqual([null, b.memberId, 2])
    expect(stateOf(cluster)).toEqual(['CompletingRebalance', 2, 1])
  })

  test('tells an evicted member and the others what has happened', async () => {
    const { a, b, cluster } = await start()
    await settle(a)
    const entering = b.enter()
    await becomes(cluster, 'PreparingRebalance')
    await Promise.all([a.join(), entering])
    await a.sync({})
    cluster.evictMember('billing', a.memberId)
    expect(await a.heartbeat()).toBe('UNKNOWN_MEMBER_ID')
    expect(await b.heartbeat()).toBe('REBALANCE_IN_PROGRESS')
    expect(inShort(await b.join())).toEqual([null, b.memberId, 3])
    expect(cluster.group('billing')).toMatchObject({ leader: b.memberId })
    expect(() => cluster.evictMember('billing', 'nobody')).toThrow(
      `group billing has no member nobody, only [${b.memberId}]`,
    )
    expect(() => cluster.evictMember('shipping', 'nobody')).toThrow('only []')
  })

  test('forgets its offsets when it has had no members for long enough', async () => {
    const { a, clock, cluster } = await start({ offsetsRetentionMs: 60_000 })
    await settle(a)
    await a.commit('orders', 3n)
    clock.advance(5000)
    await a.leave()
    clock.advance(59_999)
    expect(cluster.committedOffsets('billing')).toHaveLength(1)
    clock.advance(1)
    expect(cluster.committedOffsets('billing')).toEqual([])
    expect(cluster.group('billing')).toBe(undefined)
  })

  test('that never had members forgets each offset a while after its commit', async () => {
    const { a, clock, cluster } = await start({ offsetsRetentionMs: 60_000 })
    await a.commit('orders', 3n, { partitions: [0] })
    clock.advance(30_000)
    await a.commit('orders', 3n, { partitions: [1] })
    clock.advance(30_000)
    expect(cluster.committedOffsets('billing')).toMatchObject([{ partition: 1 }])
  })

  test('keeps no timer when its cluster is closed', async () => {
    const { a, clock, cluster } = await start()
    await settle(a)
    expect(clock.pendingTimers).toBeGreaterThan(0)
    await cluster.close()
    expect(clock.pendingTimers).toBe(0)
  })

  test('refuses those that wait when it has no coordinator any more', async () => {
    const { a, b, cluster } = await start()
    await settle(a)
    const entering = b.enter()
    await becomes(cluster, 'PreparingRebalance')
    cluster.moveCoordinator('group', 'billing', -1)
    expect(inShort(await entering)).toEqual(['NOT_COORDINATOR', b.memberId, -1])
    expect(await a.heartbeat()).toBe('NOT_COORDINATOR')
    cluster.moveCoordinator('group', 'billing', 0)
    const again = b.join()
    expect(inShort(await a.join())).toEqual([null, a.memberId, 2])
    expect(inShort(await again)).toEqual([null, b.memberId, 2])
  })
})

describe('a test that is wrong', () => {
  test('cannot take partitions that are not there', async () => {
    const { cluster } = await start()
    expect(() => cluster.takePartitions('billing', 'orders', [2])).toThrow('no partition 2')
    expect(() => cluster.takePartitions('billing', 'nowhere', [0])).toThrow('no topic nowhere')
  })

  test.each([{ groupInitialRebalanceDelayMs: -1 }, { offsetsRetentionMs: 0 }])(
    'cannot have %o',
    async (options) => {
      await expect(startCluster(options)).rejects.toThrow('INVALID_OPTION')
    },
  )
})
