import { beforeAll, expect, test } from 'vitest'
import { loadLateCode } from '../src/late-code.js'
import { drawScenario } from '../src/scenario/draw-scenario.js'
import type { Outcome } from '../src/simulate.js'
import { simulate } from '../src/simulate.js'
import { inReplacedProcess } from '../src/time/replaced-process.js'

/** About a second. */
const runs = 30

beforeAll(loadLateCode)

function traced(seed: number): Promise<Outcome> {
  return simulate(drawScenario(seed), true)
}

test('whatever happens to the world, a whole producer keeps its promises', () =>
  inReplacedProcess(async () => {
    let acknowledged = 0
    for (let seed = 1; seed <= runs; seed++) {
      const outcome = await simulate(drawScenario(seed))
      expect(outcome.findings, `npm run test:simulation -- --seed ${seed} --runs 1`).toEqual([])
      acknowledged += outcome.acknowledged
    }
    expect(acknowledged, 'a world in which nothing arrives proves nothing').toBeGreaterThan(runs)
  }))

test('the same seed gives the same trace, byte for byte, and another seed another one', () =>
  inReplacedProcess(async () => {
    for (const seed of [2, 58, 257]) {
      const first = await traced(seed)
      expect(first.trace.lines!.length).toBeGreaterThan(20)
      expect((await traced(seed)).trace.lines).toEqual(first.trace.lines)
      expect((await traced(seed + 1)).trace.sum).not.toBe(first.trace.sum)
    }
  }))
