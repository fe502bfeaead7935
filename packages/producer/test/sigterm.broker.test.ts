import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { argumentsToRun } from '../../../test/program.js'

/** In each of four processes; SLUICE_SIGTERM_ROUNDS=1000 for a night. */
const rounds = Number(process.env['SLUICE_SIGTERM_ROUNDS'] ?? 50)
/** Only what hangs comes to this end: with a sender's thread, each round starts one. */
const deadlineMs = 60_000 + rounds * 1_000

interface Report {
  readonly acknowledged: number
  readonly failed: number
  readonly findings: string[]
}

/** @throws when the process had no end of its own within the deadline, or another code than 0 */
async function run(seed: number): Promise<Report> {
  const file = fileURLToPath(new URL('fixtures/sigterm-rounds.ts', import.meta.url))
  const args = [...(await argumentsToRun(file)), String(seed), String(rounds)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: deadlineMs })
  return JSON.parse(stdout) as Report
}

test(
  'F38: whenever SIGTERM comes, close() settles everything once and truly, and the process ends by itself',
  { timeout: deadlineMs + 5_000 },
  async () => {
    const reports = await Promise.all([11, 22, 33, 44].map((seed) => run(seed)))
    expect(reports.flatMap(({ findings }) => findings)).toEqual([])
    for (const { acknowledged, failed } of reports) {
      expect(acknowledged).toBeGreaterThan(0)
      expect(failed).toBeGreaterThan(0)
    }
  },
)
