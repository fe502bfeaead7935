import { markdownTable } from '../../marked-table.js'
import { titles } from './checks.js'
import type { SeenVersion } from './seen.js'
import { keeperOf, versions } from './versions.js'

/** The table of the README: a row for each version, with what was seen of it, also where that is nothing. */
export function versionsTable(seen: Readonly<Record<string, SeenVersion>>): string {
  const rows = versions.map((version) => {
    const { outcomes = {}, day = '' } = seen[version] ?? {}
    return [version, keeperOf(version), ...titles.map((title) => outcomes[title] ?? 'not run'), day]
  })
  return markdownTable([['Kafka', 'metadata in', ...titles, 'seen on'], ...rows])
}

/** A check that has failed, was left out or was not run; that a version does not have something is no fault. */
export function isFault(outcome: string): boolean {
  return outcome !== 'ok' && !outcome.startsWith('from ')
}
