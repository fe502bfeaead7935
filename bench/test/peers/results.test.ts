import { expect, test } from 'vitest'
import type { Run, VoidRun } from '../../src/peers/figures.js'
import { makeReady } from '../../src/peers/ready.js'
import { dotsOf } from '../../src/peers/report/plots.js'
import { resultOf, versionsIn } from '../../src/peers/report/results.js'
import type { Runs } from '../../src/peers/rounds.js'
import { workloads } from '../../src/peers/workloads.js'
import { anOutcome } from './outcomes.js'

const good: Run = {
  outcome: anOutcome(),
  count: 100,
  taken: { records: 120n, requests: 12, batches: null },
}
const lost: VoidRun = { reason: 'lost' }

function runsOf(client: string, runs: readonly (Run | VoidRun)[]): Runs {
  return { workload: workloads[0]!, client, runs }
}

test('void runs are counted and told of, and have no part in the figures', () => {
  expect(resultOf(runsOf('a', [lost, good, good]))).toMatchObject({
    workload: 'w1',
    client: 'a',
    figures: { recordsPerSecond: 1_000 },
    counted: 2,
    rounds: 3,
    voidRuns: ['lost'],
  })
  expect(resultOf(runsOf('a', [lost])).figures).toBeNull()
})

test('a client tells its version by the runs that count', () => {
  const all = [runsOf('a', [lost, good]), runsOf('b', [lost])]
  expect(versionsIn(all)).toEqual({ a: 'a client 1.0' })
})

test('a client that cannot be built is skipped by name and with the reason, and the others are ready', async () => {
  const said: string[] = []
  const commandOf = (): never => {
    throw new Error('nothing is run here')
  }
  const clients = [
    {
      id: 'broken',
      pace: 'slow' as const,
      prepare: () => Promise.reject(new Error('no compiler\n')),
    },
    { id: 'fine', pace: 'fast' as const, workloads: ['w1'], prepare: async () => commandOf },
  ]
  const { ready, skipped } = await makeReady(clients, (line) => said.push(line))
  expect(ready).toEqual([{ id: 'fine', pace: 'fast', workloads: ['w1'], commandOf }])
  expect(skipped).toEqual([{ id: 'broken', reason: 'no compiler' }])
  expect(said).toEqual(['broken is skipped: no compiler'])
})

test('a plot has a dot for each client that has the figure', () => {
  const results = [
    resultOf(runsOf('a', [good])),
    resultOf(runsOf('void', [lost])),
    resultOf(runsOf('silent', [{ ...good, outcome: anOutcome({ latency: null }) }])),
  ]
  expect(dotsOf(results, ({ p99Ms }) => p99Ms)).toEqual([{ client: 'a', value: 2 }])
  expect(dotsOf(results, ({ mainCpuMicros }) => mainCpuMicros)).toHaveLength(2)
})
