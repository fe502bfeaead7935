import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findings } from '../../../test/random-faults/log-findings.js'
import {
  firstLeaders as leaders,
  type Scenario,
  scenario,
  scenarioWith,
  step,
} from '../../../test/random-faults/scenario.js'
import { seededRuns } from '../../../test/random-faults/seeded-runs.js'
import { FaultyCluster, longestBackoffMs } from './faulty-cluster.js'
import { SenderWorld } from './sender-world.js'

const runs = seededRuns(1_500)

function findingsIn({ logs, sent }: FaultyCluster): string[] {
  return findings(
    logs.map((ofPartition) => ofPartition.map(({ values }) => values)),
    sent,
  )
}

/** All is well again: what is sent now arrives. */
async function expectToWork(cluster: FaultyCluster): Promise<void> {
  const before = cluster.sent.length
  for (const index of leaders.keys()) cluster.send(index, 3)
  expect(await cluster.heal(), 'it goes on').toBe(true)
  expect(cluster.sent.slice(before).filter(({ error }) => error !== null)).toEqual([])
}

const backoff = { retryBackoffMs: 50, retryBackoffMaxMs: longestBackoffMs / 1.2, jitter: true }

/** Carries the steps out, heals the cluster and judges. */
async function expectToHold(
  { steps, seed, closesEarly }: Scenario<FaultyCluster>,
  produceVersion = 13,
  onTopicRecreated: 'continue' | 'fail' = 'continue',
): Promise<void> {
  const limits = { batchRecords: 2, deliveryTimeoutMs: 1_000 }
  const world = new SenderWorld({ ...backoff, ...limits, leaders, seed, onTopicRecreated })
  world.network.produceVersion = produceVersion
  const cluster = new FaultyCluster(world, leaders)
  world.network.up(2)
  // More than a partition may have, so that the limit is the sender's.
  world.network.maxInFlight = 8
  for (const run of steps) {
    await run(cluster)
    await cluster.step()
  }
  if (closesEarly) void world.accumulator.front.close()
  expect(await cluster.heal(), 'everything settles').toBe(true)
  if (!closesEarly) await expectToWork(cluster)
  expect([...cluster.violations, ...findingsIn(cluster)]).toEqual([])
  expect(world.released).toHaveLength(cluster.sent.length / 2)
}

const limitMs = 60_000 + runs.numRuns * 100

test(
  'whatever fails, nothing acknowledged is lost, nothing is written twice or out of order, and every record settles once and truly',
  () =>
    fc.assert(
      fc.asyncProperty(scenario, (drawn) => expectToHold(drawn)),
      runs,
    ),
  limitMs,
)

const recreation = step(
  'recreate',
  (cluster: FaultyCluster, between: number) => cluster.recreate(between),
  fc.nat({ max: 5 }),
)
const lag = step(
  'name a former topic',
  (cluster: FaultyCluster, which: number) => cluster.nameFormer(which),
  fc.nat({ max: 2 }),
)

test(
  'whatever fails, nothing is lost, written twice or out of order where the topic is deleted and created again, by name or by id, whether its batches go on or fail',
  () =>
    fc.assert(
      fc.asyncProperty(
        scenarioWith({ weight: 1, arbitrary: recreation }, { weight: 1, arbitrary: lag }),
        fc.constantFrom(12, 13),
        fc.constantFrom('continue' as const, 'continue' as const, 'fail' as const),
        expectToHold,
      ),
      runs,
    ),
  limitMs,
)

test('without faults everything is acknowledged', async () => {
  const world = new SenderWorld({ leaders, batchRecords: 2 })
  const cluster = new FaultyCluster(world, leaders)
  world.network.up(2)
  for (let index = 0; index < 60; index++) cluster.send(index % 2, 1)
  expect(await cluster.heal()).toBe(true)
  expect(cluster.sent.filter(({ error }) => error !== null)).toEqual([])
  expect(findingsIn(cluster)).toEqual([])
})
