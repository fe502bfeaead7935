// npm run test:mutants [-- FILTER]: puts each fault into a copy of the repository, and expects the test it names to fail.
import { chosenMutants, copyOfRepository } from './mutants/chosen-mutants.js'
import type { Mutant } from './mutants/mutant.js'
import { runTests } from './mutants/test-run.js'
import { verdictOf, type Verdict } from './mutants/verdict.js'
import type { WorkingCopy } from './mutants/working-copy.js'

const limitMs = 60_000

const mutants = chosenMutants(process.argv[2] ?? '')
const copy = copyOfRepository()

await expectSoundTests(mutants.map(({ mutant }) => mutant.killedBy.file))
let survived = 0
for (const { title, mutant } of mutants) {
  const begun = performance.now()
  const { killed, note } = await tryOut(mutant, copy)
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  console.log(`${killed ? 'killed  ' : 'SURVIVED'} ${title} (${seconds} s)${note && `: ${note}`}`)
  if (killed) continue
  survived += 1
  console.log(`         ${mutant.why}\n         ${mutant.killedBy.file}: ${mutant.killedBy.title}`)
}
console.log(`${mutants.length - survived} killed, ${survived} survived`)
process.exitCode = survived === 0 ? 0 : 1

/** A test that fails without a fault would seem to kill all. */
async function expectSoundTests(files: readonly string[]): Promise<void> {
  const run = await runTests(copy.folder, [...new Set(files)], undefined, 5 * limitMs)
  const failed = run?.filter(({ status }) => status === 'failed')
  if (failed?.length === 0) return
  const why = failed?.map(({ fullName }) => fullName).join('\n') ?? 'they had no end'
  throw new Error(`the tests must pass without any fault:\n${why}`)
}

async function tryOut(mutant: Mutant, where: WorkingCopy): Promise<Verdict> {
  const repair = where.break(mutant)
  try {
    const { file, title } = mutant.killedBy
    return verdictOf(await runTests(where.folder, [file], title, limitMs))
  } finally {
    repair()
  }
}
