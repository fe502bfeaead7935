import { accumulatorDefaults } from '@sluice/accumulator'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'
import { nodeRuntime } from '../src/runtime.js'
import { composed } from './composed.js'

const hour = 3_600_000

test.each([
  ['an hour back', (now: number) => now - hour],
  ['an hour on', (now: number) => now + hour],
  ['back to 1970', () => 0],
])('F37: a wall clock that is set %s changes record timestamps alone', async (_, set) => {
  await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
  let wallClock = Date.UTC(2026, 0, 1)
  const runtime = { ...nodeRuntime(), wallClock: () => wallClock }
  const { bootstrapServers } = cluster
  await using producer = composed({ bootstrapServers, lingerMs: 100 }, runtime)
  const begun = runtime.now()
  const before = wallClock
  // One batch: it lingers while the clock is set.
  const first = producer.send({ topic: 't', value: 'before' })
  await new Promise(setImmediate)
  wallClock = set(wallClock)
  await new Promise(setImmediate)
  const second = producer.send({ topic: 't', value: 'after' })
  const places = await Promise.all([first, second])
  const third = await producer.send({ topic: 't', value: 'later' })
  expect([...places, third].map(({ offset, timestamp }) => [offset, timestamp])).toEqual([
    [0n, before],
    [1n, wallClock],
    [2n, wallClock],
  ])
  expect(cluster.records('t').map(({ timestamp }) => timestamp)).toEqual([
    before,
    wallClock,
    wallClock,
  ])
  expect(runtime.now() - begun).toBeLessThan(accumulatorDefaults.maxBlockMs)
})
