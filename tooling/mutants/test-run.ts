import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Of random scenarios: the same ones each time, so that a fault is noticed by each run, or by none. */
const fewRuns = { SLUICE_RUNS: '100', SLUICE_SEED: '1' }

/** What became of one test. */
export interface TestResult {
  readonly fullName: string
  readonly status: string
}

/** `null`: the run had no end within the time limit, and was ended. */
export type TestRun = readonly TestResult[] | null

/**
 * Runs test files of a folder, or the tests in them with a title.
 *
 * @throws Error with what the runner printed when it could not run them.
 */
export async function runTests(
  folder: string,
  files: readonly string[],
  title: string | undefined,
  limitMs: number,
): Promise<TestRun> {
  const report = join(folder, 'mutant-report.json')
  const projects = ['--project', 'unit', '--project', 'broker']
  const named = title === undefined ? [] : ['--testNamePattern', literally(title)]
  const reported = ['--reporter', 'json', '--outputFile', report]
  const vitest = join(folder, 'node_modules/vitest/vitest.mjs')
  rmSync(report, { force: true })
  const args = [vitest, 'run', ...projects, ...named, ...reported, ...files]
  const { output, ended } = await run(args, folder, limitMs)
  return ended ? null : resultsOf(report, output)
}

function literally(title: string): string {
  return title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

interface Report {
  readonly testResults: readonly {
    readonly message: string
    readonly assertionResults: readonly TestResult[]
  }[]
}

function resultsOf(report: string, output: string): TestResult[] {
  let read: Report
  try {
    read = JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    throw new Error(`the tests did not run:\n${output}`)
  }
  const broken = read.testResults.find((file) => file.assertionResults.length === 0)
  if (broken) throw new Error(`a test file did not run:\n${broken.message}\n${output}`)
  return read.testResults.flatMap((file) => file.assertionResults)
}

/** A fault may loop for ever in a process of the runner's, so its whole group is ended. */
function run(
  args: readonly string[],
  cwd: string,
  limitMs: number,
): Promise<{ output: string; ended: boolean }> {
  return new Promise((resolve, reject) => {
    const env = { ...fewRuns, ...process.env, NO_COLOR: '1' }
    const child = spawn(process.execPath, args, { cwd, env, detached: true })
    let [output, ended] = ['', false]
    const end = (): void => {
      ended = true
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    }
    const timer = setTimeout(end, limitMs)
    process.once('exit', end)
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', reject)
    child.on('close', () => {
      clearTimeout(timer)
      process.removeListener('exit', end)
      resolve({ output, ended })
    })
  })
}
