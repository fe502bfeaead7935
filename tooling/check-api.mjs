import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { apiReports } from './api-report/api-reports.js'
import { countOfExports, differencesOf } from './api-report/differences.js'
import { createReport } from './check-packages/report.mjs'

/*
 * Compares the API of each package with its report, `packages/<name>/api.md`, so that a change of the API is a change of
 * that file. `--update` writes the reports.
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const names = readdirSync(join(root, 'packages'))
const reports = apiReports(names.map((name) => join(root, 'packages', name)))
const { check, finish } = createReport()

for (const [index, name] of names.entries()) {
  const file = `packages/${name}/api.md`
  const path = join(root, file)
  const now = reports[index]
  if (process.argv.includes('--update')) writeFileSync(path, now)
  await check(`@sluice/${name}: ${countOfExports(now)} exports are those of ${file}`, () => {
    const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
    if (before !== now) throw new Error(complaint(differencesOf(before, now)))
  })
}
process.exitCode = finish() ? 0 : 1

function complaint(differences) {
  const lines = differences.map(({ kind, what }) => `${kind}: ${what}`)
  return [...lines, 'If that is what you want: npm run api:update'].join('\n')
}
