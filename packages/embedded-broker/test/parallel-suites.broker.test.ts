import { execFile } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { manualClock } from '@sluice/protocol/testing'
import { expect, test } from 'vitest'
import { argumentsToRun } from '../../../test/program.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import { TransactionalProducer } from './transactional-producer.js'

const suite = fileURLToPath(new URL('fixtures/parallel-suite.ts', import.meta.url))

/** What a suite has seen of its two clusters. */
interface Seen {
  readonly open: number[]
  readonly ports: string[]
  /** Of batches that were written: the broker was closed before it had answered the last one. */
  readonly unanswered: number[]
}

/** Field case C16. */
test('eight suites at once have ports of their own, and each comes to its end when its clusters are closed', async () => {
  const args = await argumentsToRun(suite)
  const suites = Array.from({ length: 8 }, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, args)
    return JSON.parse(stdout) as Seen
  })
  const seen = await Promise.all(suites)
  expect(seen.flatMap(({ open }) => open)).toEqual(Array.from({ length: 16 }, () => 0))
  for (const { ports, unanswered } of seen) {
    expect(new Set(ports).size).toBe(2)
    for (const count of unanswered) expect([0, 1]).toContain(count)
  }
})

test('a cluster that is closed leaves no timer of a transaction', async () => {
  const clock = manualClock()
  const cluster = await startCluster({ topics: { orders: { partitions: 1 } }, runtime: clock })
  const client = await connectTo(cluster)
  const ask: TransactionalProducer['ask'] = (...parts) => client.request(...parts)
  const producer = new TransactionalProducer(ask, 'orders')
  await producer.init()
  await producer.add()
  expect(clock.pendingTimers).toBe(1)
  await cluster.close()
  expect(clock.pendingTimers).toBe(0)
})
