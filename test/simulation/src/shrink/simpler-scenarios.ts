import type { Fault } from '../scenario/fault.js'
import type { Action, Scenario } from '../scenario/scenario.js'
import type { RequestVerdict, Verdict } from '../scenario/verdict.js'
import { fewer, simpler } from './fewer.js'

/** Every scenario that is a little simpler than this one, those first that are much simpler. */
export function* simplerScenarios(scenario: Scenario): Generator<Scenario> {
  const { actions, faults } = scenario
  for (const rest of fewer(faults)) yield { ...scenario, faults: rest }
  for (const rest of fewer(actions)) yield { ...scenario, actions: rest }
  for (const other of simpler(faults, simplerFaults)) yield { ...scenario, faults: other }
  for (const other of simpler(actions, simplerActions)) yield { ...scenario, actions: other }
}

function* simplerFaults(fault: Fault): Generator<Fault> {
  if (fault.kind === 'verdicts') {
    for (const rest of fewer(fault.verdicts))
      if (rest.length > 0) yield { ...fault, verdicts: rest }
    for (const other of simpler(fault.verdicts, simplerVerdicts))
      yield { ...fault, verdicts: other }
  }
  if (fault.kind === 'requestVerdicts') {
    for (const rest of fewer(fault.verdicts))
      if (rest.length > 0) yield { ...fault, verdicts: rest }
    for (const other of simpler(fault.verdicts, simplerVerdicts))
      yield { ...fault, verdicts: other }
  }
  if ('times' in fault && fault.times > 1) yield { ...fault, times: 1 }
}

function* simplerVerdicts(verdict: Verdict | RequestVerdict): Generator<{ readonly do: 'serve' }> {
  if (verdict.do !== 'serve') yield { do: 'serve' }
}

function* simplerActions(action: Action): Generator<Action> {
  if ('count' in action && action.count > 1) {
    yield { ...action, count: 1 }
    yield { ...action, count: action.count - 1 }
  }
  if (action.do === 'sendMany' || action.do === 'enqueue') yield { ...action, do: 'send' }
}
