import { expect, test } from 'vitest'
import { allClients } from '../../src/peers/client-list/all-clients.js'
import { type Bar, verdictsOn } from '../../src/peers/report/bar.js'
import { bars } from '../../src/peers/report/bars.js'
import { takesPart } from '../../src/peers/rounds.js'
import { workloads } from '../../src/peers/workloads.js'
import { aResult } from './results.js'

const cpu: Bar = { workload: 'w1', client: 'ours', figure: 'cpuMicros', limit: 1, than: ['a', 'b'] }

test('a bar against others is set by the best of those that were measured', () => {
  const results = [
    aResult('ours', { cpuMicros: 0.5 }),
    aResult('a', { cpuMicros: 0.8 }),
    aResult('b', { cpuMicros: 0.6 }),
  ]
  expect(verdictsOn([cpu], results)).toMatchObject([{ verdict: 'holds', found: 0.5, wanted: 0.6 }])
  expect(verdictsOn([cpu], results.slice(0, 2))).toMatchObject([{ wanted: 0.8 }])
  expect(verdictsOn([cpu], results.slice(0, 1))).toEqual([])
  expect(verdictsOn([cpu], [aResult('ours', null), aResult('a')])).toEqual([])
})

test.each([
  { found: 0.6, verdict: 'holds' },
  { found: 0.65, verdict: 'noise' },
  { found: 0.67, verdict: 'MISSED' },
])('$found µs where 0.6 are wanted is judged $verdict', ({ found, verdict }) => {
  const results = [aResult('ours', { cpuMicros: found }), aResult('a', { cpuMicros: 0.6 })]
  expect(verdictsOn([cpu], results)).toMatchObject([{ verdict }])
})

test('more is better for a rate', () => {
  const rate: Bar = { ...cpu, figure: 'recordsPerSecond', limit: 0.9 }
  const of = (ours: number): unknown =>
    verdictsOn(
      [rate],
      [
        aResult('ours', { recordsPerSecond: ours }),
        aResult('a', { recordsPerSecond: 1_000 }),
        aResult('b', { recordsPerSecond: 500 }),
      ],
    )
  expect(of(900)).toMatchObject([{ verdict: 'holds', wanted: 900 }])
  expect(of(850)).toMatchObject([{ verdict: 'noise' }])
  expect(of(800)).toMatchObject([{ verdict: 'MISSED' }])
})

test('a bar can be set by another workload, with something added', () => {
  const bar: Bar = {
    ...cpu,
    figure: 'p99Ms',
    than: ['ours'],
    thanWorkload: 'w4',
    plus: 50,
  }
  const results = [
    aResult('ours', { p99Ms: 58 }),
    { ...aResult('ours', { p99Ms: 10 }), workload: 'w4' },
  ]
  expect(verdictsOn([bar], results)).toMatchObject([{ verdict: 'holds', wanted: 60, found: 58 }])
})

test('memory is what the client takes beyond the process without it', () => {
  const bar: Bar = { workload: 'w1', client: 'ours', figure: 'ownMiB', limit: 96 }
  const results = [aResult('ours', { peakMiB: 150, baseMiB: 60 })]
  expect(verdictsOn([bar], results)).toMatchObject([{ verdict: 'holds', found: 90 }])
})

test('every bar names workloads and clients that there are, and that take part', () => {
  const clients = allClients(null)
  const measured = (workload: string, client: string): boolean =>
    workloads.some(
      (each) =>
        each.id === workload &&
        clients.some(({ id, workloads: names }) => id === client && takesPart(each, names)),
    )
  for (const { workload, client, than = [], thanWorkload = workload } of bars) {
    expect(measured(workload, client), `${workload} ${client}`).toBe(true)
    for (const each of than)
      expect(measured(thanWorkload, each), `${thanWorkload} ${each}`).toBe(true)
  }
})
