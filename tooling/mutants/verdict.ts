import type { TestRun } from './test-run.js'

export interface Verdict {
  readonly killed: boolean
  /** What to say beside it; empty when there is nothing to say. */
  readonly note: string
}

/** @param run The tests with the title of the one that must kill the mutant, run against it. */
export function verdictOf(run: TestRun): Verdict {
  if (run === null) return { killed: true, note: 'the test had no end' }
  const ran = run.filter(({ status }) => status === 'passed' || status === 'failed')
  if (ran.length === 0) return { killed: false, note: 'no test has the title it names' }
  return { killed: ran.some(({ status }) => status === 'failed'), note: '' }
}
