import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeWithZstd } from './node-with-zstd.js'
import { runToEnd } from './run-to-end.js'
import type { Outcome } from './seen.js'

/** What is used of a report of vitest. */
interface Report {
  readonly testResults: readonly FileResult[]
}

interface FileResult {
  /** The path of the file. */
  readonly name: string
  readonly status: string
  readonly assertionResults: readonly { readonly status: string }[]
}

/** Of each codec, in the tests whose number of records can be told. */
const records = '20000'
/** What is tried is that all goes on, and not how soon. */
const recoveryMs = '120000'

/** However busy the machine is: only what hangs takes so long. */
const limitMs = 900_000

/**
 * Runs files of tests on a version of Kafka.
 *
 * @param servers - of a cluster of that version, or undefined where each file starts its own
 * @returns what became of each file, in their order
 */
export async function kafkaTests(
  version: string,
  files: readonly string[],
  servers?: string,
): Promise<Outcome[]> {
  if (files.length === 0) return []
  const folder = await mkdtemp(join(tmpdir(), 'sluice-versions-'))
  const report = join(folder, 'report.json')
  try {
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'kafka', ...files]
    const patience = [`--testTimeout=${limitMs}`, `--hookTimeout=${limitMs}`]
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const size = { SLUICE_RECORDS: records, SLUICE_RECOVERY_MS: recoveryMs }
    const env = { KAFKA_VERSION: version, SLUICE_KAFKA: servers, ...size }
    await runToEnd(await nodeWithZstd(), [...vitest, ...patience, ...reporters], env)
    const { testResults } = JSON.parse(await readFile(report, 'utf8')) as Report
    return files.map((file) => outcomeOf(testResults.find(({ name }) => name.endsWith(file))))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** A test that was skipped is told of, and so is a file that did not run. */
export function outcomeOf(result: FileResult | undefined): Outcome {
  const states = result?.assertionResults.map(({ status }) => status) ?? []
  const failed = states.filter((status) => status === 'failed').length
  if (failed > 0) return `${failed} failed`
  const passed = states.filter((status) => status === 'passed').length
  if (result?.status !== 'passed' || passed === 0) return 'FAILED to run'
  return passed === states.length ? 'ok' : `${states.length - passed} skipped`
}
