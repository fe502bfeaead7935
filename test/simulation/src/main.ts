import process from 'node:process'
import { parseArgs } from 'node:util'
import { loadLateCode } from './late-code.js'
import { drawScenario, isKind } from './scenario/draw-scenario.js'
import type { Scenario } from './scenario/scenario.js'
import { asTest } from './shrink/as-test.js'
import { kindOf, shrink } from './shrink/shrink.js'
import { type Outcome, simulate } from './simulate.js'
import { Sum } from './sum.js'
import { inReplacedProcess } from './time/replaced-process.js'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '1000' },
    /** Makes runs of one kind alone: storms, transactions, crowds or wide. */
    kind: { type: 'string', default: '' },
    /** Prints what happens, and the scenarios. */
    trace: { type: 'boolean', default: false },
    /** Ends with the first run that fails. */
    stop: { type: 'boolean', default: false },
    /** Prints how often the runs came where. */
    reach: { type: 'boolean', default: false },
    /** Reduces each scenario that fails, and prints it as a test. */
    shrink: { type: 'boolean', default: false },
  },
})
const progressRuns = 500
/** The runs that it may take to reduce one scenario. */
const mostRuns = 500
const first = Number(values.seed)
const runs = Number(values.runs)
const only = isKind(values.kind) ? values.kind : undefined
if (only === undefined && values.kind !== '') throw new Error(`there is no kind "${values.kind}"`)

await loadLateCode()
await inReplacedProcess(async () => {
  const sum = new Sum()
  for (let seed = first; seed < first + runs; seed++) {
    const scenario = drawScenario(seed, only)
    const outcome = await simulate(scenario, values.trace)
    sum.add(outcome)
    if (values.trace) console.log(JSON.stringify(scenario, null, 1))
    report(seed, outcome)
    if (values.shrink) await reduce(scenario, outcome)
    // So that a long run that is ended says how far it came: it goes on with --seed.
    if ((seed - first + 1) % progressRuns === 0) console.error(`to seed ${seed}: ${sum.line()}`)
    if (values.stop && outcome.findings.length > 0) break
  }
  if (values.reach) console.log(sum.reach.table())
  console.log(sum.line())
  if (sum.failures > 0) process.exitCode = 1
})

function report(seed: number, { findings, trace }: Outcome): void {
  if (trace.lines !== null) console.log(trace.lines.join('\n'))
  if (findings.length === 0) return
  console.log(`seed ${seed} (npm run test:simulation -- --seed ${seed} --runs 1 --trace):`)
  for (const finding of findings) console.log(`  ${finding}`)
}

async function reduce(scenario: Scenario, { findings: [finding] }: Outcome): Promise<void> {
  if (finding === undefined) return
  const kind = kindOf(finding)
  const fails = async (candidate: Scenario): Promise<boolean> =>
    (await simulate(candidate)).findings.some((found) => kindOf(found) === kind)
  console.log(asTest(await shrink(scenario, fails, mostRuns), finding))
}
