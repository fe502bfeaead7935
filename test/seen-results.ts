import { readFileSync, writeFileSync } from 'node:fs'
import { withTable } from './marked-table.js'

const readme = new URL('../README.md', import.meta.url)

/** Where results are kept, and which table of the README shows them. */
export interface SeenResultsPlace<Result> {
  readonly file: URL
  /** The name of the table. */
  readonly name: string
  /** What can be tried, in the order of the file. */
  readonly order: readonly string[]
  tableOf(results: Readonly<Record<string, Result>>): string
}

/** What the last run of each thing that can be tried has seen. */
export function readSeenResults<Result>(file: URL): Record<string, Result> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Result>
}

/** Writes results into the file and the README. Those of the file that are not here stay: another run may have written them meanwhile. */
export function keepSeenResults<Result>(
  { file, name, order, tableOf }: SeenResultsPlace<Result>,
  results: Readonly<Record<string, Result>>,
): void {
  const all = { ...readSeenResults<Result>(file), ...results }
  const seen = Object.fromEntries(
    order.filter((each) => all[each]).map((each) => [each, all[each]!]),
  )
  writeFileSync(file, `${JSON.stringify(seen, null, 2)}\n`)
  writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), name, tableOf(seen)))
}
