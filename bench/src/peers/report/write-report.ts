import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { here } from '../client-list/script.js'
import type { Drawing } from './plots.js'
import type { Report } from './results.js'

const folder = join(here, 'docs/benchmarks')

/** What a run has found, for programs and for people. */
export interface Found {
  readonly report: Report
  readonly markdown: string
  readonly drawings: readonly Drawing[]
}

/** Prints the tables, and writes them with the figures and plots unless the run was quick. */
export function writeReport(
  name: string,
  { report, markdown, drawings }: Found,
  quick: boolean,
): void {
  console.log(`\n${markdown}`)
  if (quick) return
  const images = join(folder, name)
  mkdirSync(images, { recursive: true })
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(report, null, 2)}\n`)
  writeFileSync(join(folder, `${name}.md`), markdown + imagesOf(name, drawings))
  for (const { file, svg } of drawings) writeFileSync(join(images, file), svg)
  console.log(`written to ${folder}`)
}

function imagesOf(name: string, drawings: readonly Drawing[]): string {
  const images = drawings.map(({ file, title }) => `![${title}, by client](${name}/${file})`)
  return `\n## Plots\n\n${images.join('\n')}\n`
}
