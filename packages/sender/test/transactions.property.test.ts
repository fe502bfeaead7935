import type { ErrorCode } from '@sluice/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Step, step } from '../../../test/random-faults/scenario.js'
import { seededRuns } from '../../../test/random-faults/seeded-runs.js'
import { type Outcome, type Plan, TransactionChaos } from './transaction-chaos.js'

const runs = seededRuns(3_000)

const node = fc.constantFrom(1, 2, 3)
const refusals = fc.constantFrom<ErrorCode>(
  'NOT_COORDINATOR',
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'CONCURRENT_TRANSACTIONS',
  'NOT_ENOUGH_REPLICAS',
  'INVALID_RECORD',
  'TRANSACTION_ABORTABLE',
)

const plan: fc.Arbitrary<Plan> = fc.record({
  sends: fc.array(fc.record({ partition: fc.nat({ max: 2 }), pause: fc.boolean() }), {
    maxLength: 6,
  }),
  commits: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
})

const steps: fc.Arbitrary<Step<TransactionChaos>> = fc.oneof(
  {
    weight: 10,
    arbitrary: step('answer', (world: TransactionChaos, n: number) => world.answer(n), node),
  },
  {
    weight: 2,
    arbitrary: step(
      'refuse',
      (world: TransactionChaos, n: number, code: ErrorCode) => world.answer(n, code),
      node,
      refusals,
    ),
  },
  {
    weight: 2,
    arbitrary: step(
      'cut',
      (world: TransactionChaos, n: number, processed: number, zombie: boolean) =>
        world.cut(n, processed, zombie),
      node,
      fc.nat({ max: 2 }),
      fc.boolean(),
    ),
  },
  { weight: 2, arbitrary: step('zombie', (world: TransactionChaos) => world.wakeZombie()) },
  {
    weight: 4,
    arbitrary: step('markers', (world: TransactionChaos) => world.model.writeMarkers()),
  },
  { weight: 1, arbitrary: step('time out', (world: TransactionChaos) => world.timeOut()) },
  {
    weight: 5,
    arbitrary: step(
      'wait',
      (world: TransactionChaos, ms: number) => world.advance(ms),
      fc.nat({ max: 120 }),
    ),
  },
)

const withSuccessor: fc.Arbitrary<Step<TransactionChaos>> = fc.oneof(
  { weight: 6, arbitrary: steps },
  { weight: 1, arbitrary: step('succeed', (world: TransactionChaos) => world.succeed()) },
)

/** What a consumer of committed records must not see, in words. */
function findingsIn({ model, outcomes, successor, violations }: TransactionChaos): string[] {
  const visible = model.visible
  const all = new Set(visible.flat())
  const found = [
    ...violations,
    ...successor.violations,
    ...outcomes.flatMap((outcome) => findingsOf(outcome, all)),
  ]
  const order = outcomes.flatMap(({ values }) => values)
  for (const values of visible) {
    const places = values.map((value) => order.indexOf(value))
    if (places.some((place, at) => at > 0 && place <= places[at - 1]!))
      found.push(`twice or out of order: ${values.join(' ')}`)
  }
  if (model.isHanging) found.push('a transaction hangs')
  return found
}

function findingsOf({ told, values }: Outcome, visible: ReadonlySet<string>): string[] {
  const seen = values.filter((value) => visible.has(value)).length
  if (told === 'open') return [`${values[0]} has no end`]
  if (told === 'committed' && seen < values.length)
    return [`${values[0]} is committed, and torn or lost`]
  if (told === 'aborted' && seen > 0) return [`${values[0]} is aborted, and ${seen} are visible`]
  return seen > 0 && seen < values.length ? [`${values[0]} is torn`] : []
}

async function verify(
  version: 1 | 2,
  drawnFrom: fc.Arbitrary<Step<TransactionChaos>>,
  numRuns: number,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.array(plan, { minLength: 1, maxLength: 6 }),
      fc.array(drawnFrom, { minLength: 20, maxLength: 120, size: 'max' }),
      fc.nat(),
      async (plans, drawn, seed) => {
        const world = new TransactionChaos(version, seed)
        void world.run(plans)
        for (const run of drawn) {
          await run(world)
          await world.settle()
        }
        const ended = await world.heal()
        expect([...world.violations, ...(ended ? [] : ['the program does not end'])]).toEqual([])
        expect(findingsIn(world)).toEqual([])
      },
    ),
    { ...runs, numRuns },
  )
}

const mostMs = 60_000 + runs.numRuns * 100

test.each([1, 2] as const)(
  'with transactions of version %i, whatever fails, exactly what was committed is visible, whole and in order',
  async (version) => {
    await expect(verify(version, steps, runs.numRuns)).resolves.toBeUndefined()
  },
  mostMs,
)

test.each([1, 2] as const)(
  'with transactions of version %i, whatever fails, a producer whose place another has taken leaves the transactions of that one alone',
  async (version) => {
    const some = Math.ceil(runs.numRuns / 3)
    await expect(verify(version, withSuccessor, some)).resolves.toBeUndefined()
  },
  mostMs,
)
