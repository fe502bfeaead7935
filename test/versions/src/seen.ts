import { readFileSync, writeFileSync } from 'node:fs'

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

/** What the last run of each version has seen. */
export function readSeen(): Record<string, SeenVersion> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, SeenVersion>
}

export function writeSeen(seen: Readonly<Record<string, SeenVersion>>): void {
  writeFileSync(file, `${JSON.stringify(seen, null, 2)}\n`)
}
