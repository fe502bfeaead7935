import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { drawScenario } from '../src/scenario/draw-scenario.js'
import type { Scenario } from '../src/scenario/scenario.js'
import { asTest } from '../src/shrink/as-test.js'
import { kindOf, shrink } from '../src/shrink/shrink.js'

/** As if a flush while a connection is cut did harm. */
function fails({ actions, faults }: Scenario): Promise<boolean> {
  return Promise.resolve(
    actions.some((action) => action.do === 'flush') && faults.some(({ kind }) => kind === 'cut'),
  )
}

async function failing(): Promise<Scenario> {
  for (let seed = 1; ; seed++) {
    const scenario = drawScenario(seed)
    if (scenario.actions.length > 5 && (await fails(scenario))) return scenario
  }
}

test('a failing scenario is reduced to the actions and faults without which it does not fail', async () => {
  const scenario = await failing()
  const { actions, faults, ...rest } = await shrink(scenario, fails, 1_000)
  expect(actions.map((action) => action.do)).toEqual(['flush'])
  expect(faults.map(({ kind }) => kind)).toEqual(['cut'])
  const { actions: _actions, faults: _faults, ...before } = scenario
  expect(rest).toEqual(before)
})

test('shrinking ends after the runs that it was given, with something that fails', async () => {
  const scenario = await failing()
  let runs = 0
  const shrunk = await shrink(scenario, (one) => (runs++, fails(one)), 3)
  expect(runs).toBe(3)
  expect(await fails(shrunk)).toBe(true)
})

test('two findings are of a kind when they differ in numbers and ids only', () => {
  const a = 'aa7c9934-4fef-41e2-9d4e-98e17a2eeea4-0 at 224.5: 4 6 as 0/0/4 differs'
  const b = 'f0e14cf4-fe24-4120-bfdf-380488061cad-1 at 56: 1 as 0/1/2 differs'
  expect(kindOf(a)).toBe(kindOf(b))
  expect(kindOf(a)).not.toBe(kindOf('record 1 settled 0 times'))
})

test('a scenario is printed as a test that can be pasted', () => {
  const scenario = drawScenario(3)
  const text = asTest(scenario, 'record 1 settled 0 times')
  expect(text).toContain('// record 1 settled 0 times')
  const literal = text.slice(text.indexOf('simulate(') + 9, text.indexOf('\n    })') + 6)
  // What is pasted is JavaScript, and says all of the scenario.
  expect(runInNewContext(`(${literal})`)).toEqual(scenario)
})
