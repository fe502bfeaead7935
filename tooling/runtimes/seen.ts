import { markdownTable } from '../../test/marked-table.js'
import { keepSeenResults, readSeenResults } from '../../test/seen-results.js'
import { titles } from './titles.js'

/** What was seen of one runtime. */
export interface SeenRuntime {
  readonly version: string
  /** The day of the run, such as `2026-11-30`. */
  readonly day: string
  /** By the titles of the checks: `ok`, or what was wrong. */
  readonly outcomes: Readonly<Record<string, string>>
}

/** The outcome of a check for which a runtime lacks something, and says so as it should. */
export const absent = 'not in this runtime'

const file = new URL('seen.json', import.meta.url)

/** What the last run on each runtime has seen. */
export function readSeen(): Record<string, SeenRuntime> {
  return readSeenResults(file)
}

/** @param order - the names of all runtimes that can be tried */
export function keepSeen(
  order: readonly string[],
  seen: Readonly<Record<string, SeenRuntime>>,
): void {
  keepSeenResults({ file, name: 'runtimes', order, tableOf: runtimesTable }, seen)
}

/** The table of the README: a row for each check, a column for each runtime. */
export function runtimesTable(seen: Readonly<Record<string, SeenRuntime>>): string {
  const runtimes = Object.values(seen)
  const head = Object.entries(seen).map(([name, { version }]) => `${name.split(' ')[0]} ${version}`)
  const rows = titles.map((title) => [
    title,
    ...runtimes.map(({ outcomes }) => cellOf(outcomes[title])),
  ])
  return markdownTable([['', ...head], ...rows])
}

function cellOf(outcome: string | undefined): string {
  if (outcome === 'ok') return 'ok'
  return outcome === absent ? '–' : 'no'
}
