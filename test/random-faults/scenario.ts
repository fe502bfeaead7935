import type { ErrorCode } from '@sluice/protocol'
import fc from 'fast-check'

/** What the broker does with one partition of a request. `lost` is an answer that does not name the partition. */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly code: ErrorCode }
  | { readonly kind: 'written, then'; readonly code: ErrorCode }
  | { readonly kind: 'lost'; readonly written: boolean }

/** How a connection ends: how many of its requests the broker has processed, how many more were written, and whether the broker still works on one. */
export interface Cut {
  readonly processed: number
  readonly written: number
  readonly zombie: boolean
  readonly faults: readonly Fault[]
}

type Done = void | Promise<void>

/** A cluster that a scenario moves, simulated or real: brokers 1 and 2, and two partitions. Requests wait until a step answers them. */
export interface UnreliableCluster {
  /** Sends that many batches of two records. */
  send(partition: number, batches: number): Done
  /** The broker processes its oldest request and answers it, with one fault for each partition. */
  answer(node: number, faults: readonly Fault[]): Done
  answerAll(node: number): Done
  /** The connection ends, and there is no other until the node is up again. */
  cut(node: number, how: Cut): Done
  up(node: number): Done
  moveLeader(partition: number, node: number): Done
  /** The leader of the partition has been stopped and started. */
  restartLog(partition: number): Done
  /** The producer learns the present leaders. */
  refreshMetadata(): Done
  /** A broker processes a request that it had read before its connection ended. */
  wakeZombie(): Done
  wait(ms: number): Done
}

/** One step of a scenario. It prints as what it does. */
export type Step<Cluster = UnreliableCluster> = (cluster: Cluster) => Done

/** Sends and faults, in their order. */
export interface Scenario<Cluster = UnreliableCluster> {
  readonly steps: readonly Step<Cluster>[]
  /** The seed of the producer's random numbers, when the test gives them. */
  readonly seed: number
  /** The producer is closed at the end of the steps. */
  readonly closesEarly: boolean
}

/** The leaders of the partitions at the start. */
export const firstLeaders: readonly { readonly node: number; readonly epoch: number }[] = [
  { node: 1, epoch: 0 },
  { node: 2, epoch: 0 },
]

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
// There are few partitions, and one of them is busy, so that batches queue up.
const partition = fc.constantFrom(0, 0, 0, 1)
const count = fc.integer({ min: 1, max: 4 })
const few = fc.nat({ max: 3 })
const cut: fc.Arbitrary<Cut> = fc.record({
  processed: few,
  written: few,
  zombie: fc.boolean(),
  faults,
})

/** A step that shrinks and prints as what it does. */
export function step<Parts extends unknown[], Cluster = UnreliableCluster>(
  name: string,
  run: (cluster: Cluster, ...parts: Parts) => Done,
  ...parts: { [Key in keyof Parts]: fc.Arbitrary<Parts[Key]> }
): fc.Arbitrary<Step<Cluster>> {
  return fc.tuple(...parts).map((values) => {
    const made: Step<Cluster> = (cluster) => run(cluster, ...(values as Parts))
    return Object.assign(made, { toString: () => `${name} ${JSON.stringify(values)}` })
  })
}

const everywhere: readonly fc.WeightedArbitrary<Step>[] = [
  {
    weight: 6,
    arbitrary: step('send', (c, p: number, n: number) => c.send(p, n), partition, count),
  },
  {
    weight: 6,
    arbitrary: step('answer', (c, n: number, f: Fault[]) => c.answer(n, f), node, faults),
  },
  { weight: 4, arbitrary: step('answer all', (c, n: number) => c.answerAll(n), node) },
  { weight: 1, arbitrary: step('cut', (c, n: number, how: Cut) => c.cut(n, how), node, cut) },
  { weight: 3, arbitrary: step('up', (c, n: number) => c.up(n), node) },
  {
    weight: 1,
    arbitrary: step('move', (c, p: number, n: number) => c.moveLeader(p, n), partition, node),
  },
  { weight: 1, arbitrary: step('restart', (c, p: number) => c.restartLog(p), partition) },
  { weight: 2, arbitrary: step('refresh', (c) => c.refreshMetadata()) },
  { weight: 1, arbitrary: step('zombie', (c) => c.wakeZombie()) },
  { weight: 4, arbitrary: step('wait', (c, ms: number) => c.wait(ms), fc.nat({ max: 400 })) },
]

/** @param more Steps that only some clusters can make. */
export function scenarioWith<Cluster extends UnreliableCluster>(
  ...more: readonly fc.WeightedArbitrary<Step<Cluster>>[]
): fc.Arbitrary<Scenario<Cluster>> {
  // Said explicitly, for by itself fast-check makes ten steps at most.
  const length = { minLength: 20, maxLength: 80, size: 'max' } as const
  return fc.record({
    steps: fc.array(fc.oneof(...everywhere, ...more), length),
    seed: fc.nat(),
    closesEarly: fc.boolean(),
  })
}

export const scenario: fc.Arbitrary<Scenario> = scenarioWith()
