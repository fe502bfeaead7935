import { expect, test } from 'vitest'
import { figuresOf, judged, type Run } from '../../src/peers/figures.js'
import type { Outcome } from '../../src/peers/task.js'
import { anOutcome } from './outcomes.js'

const asked = { warmUp: 20, count: 100 }
const taken = { records: 120n, requests: 12, batches: null }

function aRun(changes: Partial<Outcome> = {}): Run {
  return { outcome: anOutcome(changes), count: 100, taken }
}

test('a run counts when the topic holds exactly what was sent', () => {
  expect(judged(anOutcome(), asked, taken)).toEqual(aRun())
})

test('a run is void when the topic holds fewer records, or more', () => {
  for (const records of [119n, 121n]) {
    expect(judged(anOutcome(), asked, { ...taken, records })).toEqual({
      reason: `the topic holds ${records} records where 120 were sent`,
    })
  }
})

test('a run is void when the client acknowledged fewer records than it was asked to send', () => {
  expect(judged(anOutcome({ sent: 100 }), asked, { ...taken, records: 100n })).toEqual({
    reason: 'it acknowledged 100 records of 120',
  })
})

test('figures are for each measured record, and records of the warm-up count for requests only', () => {
  expect(figuresOf([aRun()])).toEqual({
    recordsPerSecond: 1_000,
    cpuMicros: 2,
    mainCpuMicros: 0.5,
    p50Ms: 1,
    p99Ms: 2,
    p999Ms: 3,
    peakMiB: 100,
    baseMiB: 50,
    eventLoopUtilisation: 0.5,
    recordsPerRequest: 10,
    recordsPerBatch: null,
  })
})

test('each figure is the median of its own over all runs', () => {
  const runs = [
    aRun({ wallMs: 100, cpuMicros: 900 }),
    aRun({ wallMs: 400, cpuMicros: 100 }),
    aRun({ wallMs: 200, cpuMicros: 300 }),
  ]
  expect(figuresOf(runs)).toMatchObject({ recordsPerSecond: 500, cpuMicros: 3 })
})

test('what a client cannot tell is null, and never zero', () => {
  const run = aRun({ mainCpuMicros: null, eventLoopUtilisation: null, latency: null })
  const untold = { ...run, taken: { ...taken, requests: null } }
  expect(figuresOf([untold])).toMatchObject({
    mainCpuMicros: null,
    eventLoopUtilisation: null,
    p50Ms: null,
    p99Ms: null,
    p999Ms: null,
    recordsPerRequest: null,
  })
})

test('without a run that counts there are no figures', () => {
  expect(figuresOf([])).toBeNull()
})
