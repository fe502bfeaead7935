import { produceError } from '@sluice/embedded-broker'
import { type ManualClock, manualClock } from '@sluice/protocol/testing'
import { expect, test } from 'vitest'
import { until, values } from './faulty-cluster.js'
import {
  expectAllAcknowledged,
  expectHonest,
  observedCluster,
  type ObservedCluster,
} from './observed-cluster.js'
import { type Fault, held } from './produce-faults.js'
import { distinctBytes, numbersOf } from './wire-batches.js'

const replicated = { partitions: 2, replicationFactor: 3, minInsyncReplicas: 2 }
const threeBrokers = { brokers: 3, topics: { t: replicated } }

/**
 * Lets time pass while nothing is on the way: each step ends with a record of the other partition that has gone there and
 * back over the same connection.
 */
async function passTime(
  observed: ObservedCluster,
  clock: ManualClock,
  done: () => boolean,
  stepMs = 250,
): Promise<void> {
  while (!done()) {
    clock.advance(stepMs)
    await observed.send(1, `step ${observed.sent.length}`)
  }
}

const valuesOf = (observed: ObservedCluster, partition: number): string[] =>
  observed.cluster
    .records('t')
    .filter((record) => record.partition === partition)
    .map(({ value }) => String(value))

test('F18: a broker that waits for its replicas in vain is asked again with the same bytes, until they are known to be written', async () => {
  const brokers = manualClock()
  const { clearTimeout, now, setTimeout } = brokers
  const runtime = { clearTimeout, now, setTimeout, wallClock: Date.now }
  await using observed = await observedCluster({ cluster: { ...threeBrokers, runtime } })
  await observed.send(0, 'before')
  const release = observed.cluster.holdReplication('t', 0)
  const sent = observed.send(0, ...values(10))
  for (let attempts = 1; attempts <= 4; attempts++) {
    await until(() => observed.of(0).length === 1 + attempts && brokers.pendingTimers > 0)
    // REQUEST_TIMED_OUT: the broker's clock is ahead of ours.
    if (attempts < 4) brokers.advance(30_000)
  }
  release()
  await sent
  expectAllAcknowledged(observed)
  const [, ...attempts] = observed.of(0)
  expect(distinctBytes(attempts)).toBe(1)
  expect(observed.cluster.batchCount('t')).toBe(2)
})

const unsure = ['REQUEST_TIMED_OUT', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'] as const

test.each(unsure)(
  'F18: %s is asked about until the answer is another, however often',
  async (code) => {
    await using observed = await observedCluster({ retryBackoffMaxMs: 5 })
    const fault = produceError(code, { appended: true, partition: 0 })
    await observed.send(0, 'before')
    observed.faults.push(...Array<Fault>(30).fill(fault))
    await observed.send(0, ...values(10))
    expectAllAcknowledged(observed)
    const [, ...attempts] = observed.of(0)
    expect(attempts).toHaveLength(31)
    expect(distinctBytes(attempts)).toBe(1)
  },
)

test.each(unsure)(
  'F18: %s up to the deadline leaves it open whether it was written',
  async (code) => {
    const clock = manualClock()
    await using observed = await observedCluster({ clock, deliveryTimeoutMs: 30_000 })
    await observed.send(0, 'before')
    const fields = { baseOffset: -1n }
    observed.onProduce = produceError(code, { appended: true, partition: 0, fields })
    const sending = observed.send(0, 'a')
    const sent = observed.sent.at(-1)!
    await passTime(observed, clock, () => sent.error !== null)
    await sending
    const [, ...attempts] = observed.of(0)
    expect(sent.error).toMatchObject({
      code: 'DELIVERY_TIMEOUT',
      persisted: 'possibly',
      attempts: attempts.length,
      broker: 0,
      cause: { code },
      message: expect.stringContaining(
        `not acknowledged within 30000 ms after ${attempts.length} attempts, last ${code}`,
      ),
    })
    expect(attempts.length).toBeGreaterThan(20)
    expect(distinctBytes(attempts)).toBe(1)
    observed.onProduce = () => undefined
    await observed.send(0, 'after')
    expectHonest(observed)
    expect(valuesOf(observed, 0)).toEqual(['before', 'a', 'after'])
  },
)

test('F18: a caller that stops waiting is told that it may be written, and it is driven on until that is known', async () => {
  await using observed = await observedCluster()
  await observed.send(0, 'before')
  const { fault, arrived, release } = held()
  observed.faults.push(produceError('NOT_ENOUGH_REPLICAS_AFTER_APPEND'), fault)
  const controller = new AbortController()
  const record = { topic: 't', partition: 0, value: 'a' }
  const sent = observed.sendRecords([record], controller.signal)
  await arrived
  controller.abort(new Error('no time'))
  const [aborted] = await sent
  expect(aborted!.error).toMatchObject({
    name: 'AbortError',
    code: 'ABORTED',
    persisted: 'possibly',
    cause: controller.signal.reason,
  })
  release()
  await observed.send(0, 'after')
  expectHonest(observed)
  expect(valuesOf(observed, 0)).toEqual(['before', 'a', 'after'])
  expect(numbersOf(observed.of(0))).toEqual([
    [0, 0, 'before'],
    [0, 1, 'a'],
    [0, 1, 'a'],
    [0, 2, 'after'],
  ])
})

/** Broker 0 leads both partitions, and has lost the others as far as the first is concerned. */
async function tooFewReplicas(clock: ManualClock): Promise<ObservedCluster> {
  const observed = await observedCluster({
    clock,
    cluster: threeBrokers,
    deliveryTimeoutMs: 30_000,
  })
  observed.cluster.moveLeader('t', 1, 0)
  await observed.send(0, 'before')
  await observed.send(1, 'other before')
  observed.cluster.setInSyncReplicas('t', 0, [0])
  return observed
}

test('F19: while too few replicas are in sync a partition waits, in order and with pauses, and no other does', async () => {
  const clock = manualClock()
  await using observed = await tooFewReplicas(clock)
  const first = observed.send(0, 'a')
  await observed.send(1, 'other')
  const others = observed.send(0, ...values(5))
  const waiting = observed.sent.at(-1)!
  const attempts = () => observed.of(0).slice(1)
  await passTime(observed, clock, () => attempts().length >= 6, 50)
  expect(new Set(numbersOf(attempts()).map(String))).toEqual(new Set(['0,1,a']))
  for (const [index, attempt] of attempts().slice(1).entries()) {
    const pause = attempt.at - attempts()[index]!.at
    const doubled = Math.min(1_000, 100 * 2 ** index)
    expect(pause).toBeGreaterThanOrEqual(doubled * 0.8)
    expect(pause).toBeLessThanOrEqual(doubled * 1.2 + 50)
  }
  observed.cluster.setInSyncReplicas('t', 0, [0, 1, 2])
  await passTime(observed, clock, () => waiting.metadata !== null)
  await Promise.all([first, others])
  expectAllAcknowledged(observed)
})

test('F19: what is sent meanwhile does not go along with a repetition, though the broker might take it', async () => {
  await using observed = await observedCluster({ batchRecords: 1 })
  await observed.send(0, 'before')
  observed.cluster.forgetProducers()
  const refuses = produceError('NOT_ENOUGH_REPLICAS')
  const { fault: waits, arrived, release } = held()
  observed.faults.push(refuses, async (call) => {
    await waits(call)
    return refuses(call)
  })
  const first = observed.send(0, 'a')
  await arrived
  const second = observed.send(0, 'b')
  // Time enough to go along.
  await new Promise((resolve) => setTimeout(resolve, 20))
  release()
  await Promise.all([first, second])
  expectAllAcknowledged(observed)
  expect(observed.of(0).map((batch) => batch.values[0])).toEqual(['before', 'a', 'a', 'a', 'b'])
})

test('F19: at its deadline a record that too few replicas could take was surely not written, and what comes later is', async () => {
  const clock = manualClock()
  await using observed = await tooFewReplicas(clock)
  const sending = observed.send(0, 'a')
  const sent = observed.sent.at(-1)!
  await passTime(observed, clock, () => sent.error !== null)
  await sending
  expect(sent.error).toMatchObject({
    code: 'DELIVERY_TIMEOUT',
    persisted: 'no',
    attempts: observed.of(0).length - 1,
    broker: 0,
    cause: { code: 'NOT_ENOUGH_REPLICAS', message: expect.stringContaining('2 are wanted') },
  })
  observed.cluster.setInSyncReplicas('t', 0, [0, 1, 2])
  await observed.send(0, 'after')
  expectHonest(observed)
  expect(valuesOf(observed, 0)).toEqual(['before', 'after'])
})
