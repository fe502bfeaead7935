import type { Scenario } from '../scenario/scenario.js'
import { simplerScenarios } from './simpler-scenarios.js'

/**
 * Looks for the simplest scenario that still fails.
 *
 * @param fails - carries a scenario out, and says whether it fails in the same way
 * @param mostRuns - after so many runs what was found until then must do
 */
export async function shrink(
  scenario: Scenario,
  fails: (scenario: Scenario) => Promise<boolean>,
  mostRuns: number,
): Promise<Scenario> {
  let simplest = scenario
  let left = mostRuns
  for (let hasShrunk = true; hasShrunk;) {
    hasShrunk = false
    for (const candidate of simplerScenarios(simplest)) {
      if (left-- <= 0) return simplest
      if (!(await fails(candidate))) continue
      simplest = candidate
      hasShrunk = true
      break
    }
  }
  return simplest
}

/** What kind of failure a finding is: its text without numbers and ids. */
export function kindOf(finding: string): string {
  return finding.replaceAll(/[0-9a-f]{8}-[-0-9a-f]{27}/g, 'id').replaceAll(/[\d.]+( [\d.]+)*/g, 'n')
}
