import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { createProducer } from '@sluice/producer'
import { expect, onTestFinished, test, vi } from 'vitest'
import { copy, type Copying } from '../src/copy.js'

const topics = { from: { partitions: 3 }, to: { partitions: 3 } }

async function startCluster(): Promise<EmbeddedCluster> {
  const cluster = await createEmbeddedCluster({ topics })
  onTestFinished(() => cluster.close())
  // kafkajs tells of each batch that is read again, though that is what the test wants to see.
  vi.stubEnv('KAFKAJS_LOG_LEVEL', 'NOTHING')
  onTestFinished(() => void vi.unstubAllEnvs())
  // The consumer of the copy waits five seconds for records, and stops no earlier.
  cluster.intercept('Fetch', ({ request, serve }) => serve({ ...request, maxWaitMs: 5 }))
  return cluster
}

async function startCopy({ bootstrapServers }: EmbeddedCluster, id: string): Promise<Copying> {
  const options = { from: 'from', to: 'to', groupId: 'copies', transactionalId: id }
  return copy({ bootstrapServers, ...options })
}

async function send({ bootstrapServers }: EmbeddedCluster, values: string[]): Promise<void> {
  await using producer = createProducer({ bootstrapServers })
  await producer.sendMany(values.map((value) => ({ topic: 'from', key: value, value })))
}

/** What consumers of committed records read. */
function copied(cluster: EmbeddedCluster): string[] {
  const records = cluster.records('to', { isolation: 'read_committed' })
  return records.map(({ value }) => String(value)).toSorted()
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => `${from + at}`)

test('a copy that is stopped goes on where its last transaction was', async () => {
  const cluster = await startCluster()
  const before = await startCopy(cluster, 'copy-1')
  await send(cluster, numbers(10, 50))
  await vi.waitFor(() => expect(copied(cluster)).toEqual(numbers(10, 50)), 20_000)
  await before.stop()
  await send(cluster, numbers(50, 90))
  const after = await startCopy(cluster, 'copy-1')
  await vi.waitFor(() => expect(copied(cluster)).toEqual(numbers(10, 90)), 20_000)
  await after.stop()
})

test('a copy that loses its partitions before the commit copies each record once', async () => {
  const cluster = await startCluster()
  const evictAll = () => {
    for (const { memberId } of cluster.group('copies')!.members) {
      cluster.evictMember('copies', memberId)
    }
  }
  const evicted = vi.fn<() => void>(evictAll)
  cluster.intercept('TxnOffsetCommit', () => evicted(), { times: 1 })
  await send(cluster, numbers(10, 50))
  const copying = await startCopy(cluster, 'copy-1')
  await vi.waitFor(() => expect(copied(cluster)).toEqual(numbers(10, 50)), 20_000)
  expect(evicted).toHaveBeenCalledOnce()
  expect(cluster.records('to').length).toBeGreaterThan(40)
  await copying.stop()
})
