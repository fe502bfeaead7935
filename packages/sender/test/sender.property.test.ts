import type { ErrorCode } from '@sluice/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cut, type Fault, FaultyCluster, longestBackoffMs } from './faulty-cluster.js'
import { type Sent, World } from './world.js'

const refusals: ErrorCode[] = [
  'NOT_ENOUGH_REPLICAS',
  'NOT_LEADER_OR_FOLLOWER',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'CORRUPT_MESSAGE',
  'INVALID_RECORD',
  'MESSAGE_TOO_LARGE',
]
const afterAppend: ErrorCode[] = [
  'REQUEST_TIMED_OUT',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'NOT_LEADER_OR_FOLLOWER',
]

const none: Fault = { kind: 'none' }
const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 7, arbitrary: fc.constant(none) },
  fc.record({ kind: fc.constant('refused' as const), code: fc.constantFrom(...refusals) }),
  fc.record({ kind: fc.constant('written, then' as const), code: fc.constantFrom(...afterAppend) }),
  fc.record({ kind: fc.constant('lost' as const), written: fc.boolean() }),
)
const faults = fc.array(fault, { maxLength: 2 })
const node = fc.constantFrom(1, 2)
// Few, and one of them busy, so that batches queue up.
const partition = fc.constantFrom(0, 0, 0, 1)
const count = fc.integer({ min: 1, max: 4 })
const few = fc.nat({ max: 3 })
const cut: fc.Arbitrary<Cut> = fc.record({
  processed: few,
  written: few,
  zombie: fc.boolean(),
  faults,
})

type Step = (cluster: FaultyCluster, world: World) => void

/** A step that shrinks and prints as what it does. */
function step<Parts extends unknown[]>(
  name: string,
  run: (cluster: FaultyCluster, world: World, ...parts: Parts) => void,
  ...parts: { [Key in keyof Parts]: fc.Arbitrary<Parts[Key]> }
): fc.Arbitrary<Step> {
  return fc.tuple(...parts).map((values) => {
    const made: Step = (cluster, world) => run(cluster, world, ...(values as Parts))
    return Object.assign(made, { toString: () => `${name} ${JSON.stringify(values)}` })
  })
}

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: step('send', (c, _, p: number, n: number) => c.send(p, n), partition, count),
    },
    {
      weight: 6,
      arbitrary: step('answer', (c, _, n: number, f: Fault[]) => c.answer(n, f), node, faults),
    },
    { weight: 4, arbitrary: step('answer all', (c, _, n: number) => c.answerAll(n), node) },
    { weight: 1, arbitrary: step('cut', (c, _, n: number, how: Cut) => c.cut(n, how), node, cut) },
    { weight: 3, arbitrary: step('up', (c, _, n: number) => c.up(n), node) },
    {
      weight: 1,
      arbitrary: step('move', (c, _, p: number, n: number) => c.moveLeader(p, n), partition, node),
    },
    { weight: 1, arbitrary: step('restart', (c, _, p: number) => c.restartLog(p), partition) },
    { weight: 2, arbitrary: step('refresh', (c) => c.refreshMetadata()) },
    { weight: 1, arbitrary: step('zombie', (c) => c.wakeZombie()) },
    {
      weight: 4,
      arbitrary: step('wait', (_, w, ms: number) => w.runtime.advance(ms), fc.nat({ max: 400 })),
    },
  ),
  // As long as that: by itself fast-check makes ten steps at most.
  { minLength: 20, maxLength: 80, size: 'max' },
)

const leaders = [1, 2].map((at) => ({ node: at, epoch: 0 }))

/** What is wrong in the end, in words. */
function findings(cluster: FaultyCluster, sent: readonly Sent[]): string[] {
  const found: string[] = []
  for (const [number, { values }] of cluster.logs.entries()) {
    if (new Set(values).size < values.length) found.push(`twice in the log: ${values.join(' ')}`)
    const places = values.map((value) => sent.findIndex((one) => one.value === value))
    if (places.some((place, index) => index > 0 && place < places[index - 1]!)) {
      found.push(`partition ${number} is out of order: ${values.join(' ')}`)
    }
  }
  for (const { value, partition: at, settled, error, offset } of sent) {
    const { values } = cluster.logs[at]!
    if (settled !== 1) found.push(`${value} settled ${settled} times`)
    if (error === null && settled > 0 && values[Number(offset)] !== value) {
      found.push(`${value} was acknowledged at ${offset} and is not there`)
    }
    if (error?.persisted === 'no' && values.includes(value)) {
      found.push(`${value} is said not to be in the log and is`)
    }
  }
  return found
}

/** All is well again: what is sent now arrives. */
async function expectToWork(cluster: FaultyCluster): Promise<void> {
  const before = cluster.sent.length
  for (const index of leaders.keys()) cluster.send(index, 3)
  expect(await cluster.heal(), 'it goes on').toBe(true)
  expect(cluster.sent.slice(before).filter(({ error }) => error !== null)).toEqual([])
}

test('whatever fails, nothing acknowledged is lost, nothing is written twice or out of order, and every record settles once and truly', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.nat(), fc.boolean(), async (all, seed, closesEarly) => {
      const backoff = {
        retryBackoffMs: 50,
        retryBackoffMaxMs: longestBackoffMs / 1.2,
        jitter: true,
      }
      const world = new World({
        ...backoff,
        leaders,
        seed,
        batchRecords: 2,
        deliveryTimeoutMs: 1_000,
      })
      const cluster = new FaultyCluster(world, leaders)
      world.network.up(2)
      // More than a partition may have, so that the limit is the sender's.
      world.network.maxInFlight = 8
      for (const run of all) {
        run(cluster, world)
        await cluster.step()
      }
      if (closesEarly) void world.accumulator.front.close()
      expect(await cluster.heal(), 'everything settles').toBe(true)
      if (!closesEarly) await expectToWork(cluster)
      expect([...cluster.violations, ...findings(cluster, cluster.sent)]).toEqual([])
      expect(world.released).toHaveLength(cluster.sent.length / 2)
    }),
    { numRuns: 4_000 },
  )
}, 60_000)

test('without faults everything is acknowledged', async () => {
  const world = new World({ leaders, batchRecords: 2 })
  const cluster = new FaultyCluster(world, leaders)
  world.network.up(2)
  for (let index = 0; index < 60; index++) cluster.send(index % 2, 1)
  expect(await cluster.heal()).toBe(true)
  expect(cluster.sent.filter(({ error }) => error !== null)).toEqual([])
  expect(findings(cluster, cluster.sent)).toEqual([])
})
