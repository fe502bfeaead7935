import process from 'node:process'
import { parseArgs } from 'node:util'
import { drawScenario } from './scenario/draw-scenario.js'
import { type Outcome, simulate } from './simulate.js'
import { Sum } from './sum.js'
import { inReplacedProcess } from './time/replaced-process.js'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '1000' },
    /** Prints what happens, and the scenarios. */
    trace: { type: 'boolean', default: false },
  },
})
const first = Number(values.seed)
const runs = Number(values.runs)

await inReplacedProcess(async () => {
  const sum = new Sum()
  for (let seed = first; seed < first + runs; seed++) {
    const scenario = drawScenario(seed)
    const outcome = await simulate(scenario, values.trace)
    sum.add(outcome)
    if (values.trace) console.log(JSON.stringify(scenario, null, 1))
    report(seed, outcome)
  }
  console.log(sum.line())
  if (sum.failures > 0) process.exitCode = 1
})

function report(seed: number, { findings, trace }: Outcome): void {
  if (trace.lines !== null) console.log(trace.lines.join('\n'))
  if (findings.length === 0) return
  console.log(`seed ${seed} (npm run test:simulation -- --seed ${seed} --runs 1 --trace):`)
  for (const finding of findings) console.log(`  ${finding}`)
}
