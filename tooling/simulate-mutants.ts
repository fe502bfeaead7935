// npm run test:simulation:mutants [-- FILTER] [--runs N] [--seed N] [--from N] [--to N] [--kind K]: puts each fault into a copy of the
// repository, and looks after how many runs the simulated world finds it. With --from and --to only some of the faults that
// the filter chooses are tried, so that a long search can go on where it was ended; with --seed the runs begin there, and with
// --kind all of them are of one kind.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chosenMutants, copyOfRepository } from './mutants/chosen-mutants.js'

/** A fault may loop for ever within one task, where no limit of the simulation holds. */
const limitMs = 30 * 60_000

const { values, positionals } = parseArgs({
  options: {
    runs: { type: 'string', default: '400' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '1' },
    kind: { type: 'string', default: '' },
    to: { type: 'string', default: '1000' },
  },
  allowPositionals: true,
})
const chosen = chosenMutants(positionals[0] ?? 'sender')
const mutants = chosen.slice(Number(values.from) - 1, Number(values.to))
const copy = copyOfRepository()

if ((await simulate('1')).found !== null) throw new Error('a run must pass without any fault')
let found = 0
for (const { title, mutant } of mutants) {
  const repair = copy.break(mutant)
  const result = await simulate(values.runs)
  repair()
  if (result.found !== null) found++
  console.log(`${result.found === null ? 'NOT FOUND' : 'found    '} ${title}`)
  if (result.found !== null) console.log(`          ${result.found}`)
}
console.log(`${found} of ${mutants.length} found within ${values.runs} runs`)

interface Result {
  /** The first run that failed, and why; or how the command broke. */
  readonly found: string | null
}

function simulate(runs: string): Promise<Result> {
  const tsx = join(copy.folder, 'node_modules/tsx/dist/cli.mjs')
  const main = 'test/simulation/src/main.ts'
  const which = ['--seed', values.seed, '--runs', runs, '--kind', values.kind]
  const args = [tsx, '--conditions=@sluice/source', main, ...which, '--stop']
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: copy.folder, timeout: limitMs })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', reject)
    child.on('close', (status) => resolve({ found: status === 0 ? null : reasonIn(output) }))
  })
}

function reasonIn(output: string): string {
  const lines = output.split('\n')
  const at = lines.findIndex((line) => line.startsWith('seed '))
  if (at < 0)
    return `it broke: ${lines
      .filter((line) => line !== '')
      .slice(-3)
      .join(' ')}`
  return `seed ${lines[at]!.split(' ')[1]}: ${lines[at + 1]!.trim()}`
}
