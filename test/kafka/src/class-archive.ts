import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Where the archive is of the classes that a broker loads. `archive-classes.ts` makes it. */
export const archiveOf = (libs: string): string => join(dirname(libs), 'classes.jsa')

/** With the archive a broker starts with two thirds of the CPU time. Java ignores it silently where it was made by another Java. */
export function archiveFlags(libs: string): string[] {
  const archive = archiveOf(libs)
  return existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`, '-Xlog:disable'] : []
}
