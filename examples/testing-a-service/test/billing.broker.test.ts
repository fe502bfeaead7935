import { describe, expect, test, vi } from 'vitest'
import { billed, order, startCluster, startService } from './fixture.js'

const tea = '{"item":"tea","price":3}'
const milk = '{"item":"milk","price":2}'

/** Waits for what the service does. On a busy machine that may take longer than the second that `vi.waitFor` waits by itself. */
const comes = (check: () => void): Promise<void> => vi.waitFor(check, 20_000)

describe('the billing service', () => {
  test('bills each order', async () => {
    const cluster = await startCluster()
    await order(cluster, 'o-1', 'tea', 0)
    await startService(cluster)
    await order(cluster, 'o-2', 'milk', 1)
    await comes(() => expect(billed(cluster)).toHaveLength(2))
    expect(billed(cluster).toSorted()).toEqual([`o-1 ${tea}`, `o-2 ${milk}`])
  })

  test('refuses what has no price', async () => {
    const cluster = await startCluster()
    await order(cluster, 'o-1', 'gold')
    await startService(cluster)
    await comes(() => expect(cluster.records('refusals')).toHaveLength(1))
    expect(billed(cluster)).toEqual([])
  })

  test('goes on after a restart, and bills nothing twice', async () => {
    const cluster = await startCluster()
    await order(cluster, 'o-1', 'tea')
    const before = await startService(cluster)
    await comes(() => expect(billed(cluster)).toHaveLength(1))
    await before.stop()
    expect(cluster.committedOffsets('billing')).toMatchObject([{ partition: 0, offset: 1n }])
    await order(cluster, 'o-2', 'milk')
    await startService(cluster)
    await comes(() => expect(billed(cluster)).toHaveLength(2))
    expect(billed(cluster)).toEqual([`o-1 ${tea}`, `o-2 ${milk}`])
  })

  test('shares the orders among its instances, and one takes over what another one leaves', async () => {
    const cluster = await startCluster()
    const [first] = [await startService(cluster), await startService(cluster)]
    await comes(() => {
      const members = cluster.group('billing')?.members ?? []
      expect(members.map(({ partitions }) => partitions.length)).toEqual([1, 1])
    })
    await first.stop()
    await order(cluster, 'o-1', 'tea', 0)
    await order(cluster, 'o-2', 'milk', 1)
    await comes(() => expect(billed(cluster)).toHaveLength(2))
  })

  test('bills an order again when it has lost its partitions before the commit', async () => {
    const cluster = await startCluster()
    await order(cluster, 'o-1', 'tea')
    const evictAll = () => {
      for (const { memberId } of cluster.group('billing')!.members) {
        cluster.evictMember('billing', memberId)
      }
    }
    cluster.intercept('Produce', async ({ serve }) => serve().finally(evictAll), { times: 1 })
    await startService(cluster)
    await comes(() => expect(billed(cluster)).toEqual([`o-1 ${tea}`, `o-1 ${tea}`]))
    await comes(() => expect(cluster.committedOffsets('billing')).toHaveLength(1))
  })

  test('bills an order though the broker loses the acknowledgement of its bill', async () => {
    const cluster = await startCluster()
    await order(cluster, 'o-1', 'tea')
    cluster.intercept('Produce', async (call) => call.serve().then(() => call.close()), {
      times: 1,
    })
    await startService(cluster)
    await comes(() => expect(cluster.committedOffsets('billing')).toHaveLength(1))
    expect(billed(cluster)).toEqual([`o-1 ${tea}`])
  })
})
