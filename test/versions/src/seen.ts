import { keepSeenResults, readSeenResults } from '../../seen-results.js'
import { versionsTable } from './table.js'
import { versions } from './versions.js'

/** What a check of a version has come to: `ok`, or in a few words what was wrong, or why it was not tried. */
export type Outcome = string

/** What was seen of one version. */
export interface SeenVersion {
  /** The day of the run, such as `2026-11-30`. */
  readonly day: string
  /** By the titles of the checks. */
  readonly outcomes: Readonly<Record<string, Outcome>>
}

const file = new URL('../seen.json', import.meta.url)
const place = { file, name: 'versions', order: versions, tableOf: versionsTable }

/** What the last run of each version has seen. */
export function readSeen(): Record<string, SeenVersion> {
  return readSeenResults(file)
}

/** Adds what was seen of a version today to what was seen of it before. */
export function keepSeen(version: string, outcomes: Readonly<Record<string, Outcome>>): void {
  const day = new Date().toISOString().slice(0, 10)
  const before = readSeen()[version]?.outcomes
  keepSeenResults(place, { [version]: { day, outcomes: { ...before, ...outcomes } } })
}
