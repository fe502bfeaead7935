import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { here } from '../client-list/script.js'
import { type Drawing, drawingsOf } from './plots.js'
import type { Report } from './results.js'
import { markdownOf } from './table.js'

const folder = join(here, 'docs/benchmarks')

/** Prints the tables, and writes them with the figures and plots unless the run was quick. */
export async function writeReport(report: Report, quick: boolean): Promise<void> {
  const drawings = await drawingsOf(report)
  const markdown = markdownOf(report)
  console.log(`\n${markdown}`)
  if (quick) return
  const images = join(folder, 'plots')
  mkdirSync(images, { recursive: true })
  writeFileSync(join(folder, 'peers.json'), `${JSON.stringify(report, null, 2)}\n`)
  writeFileSync(join(folder, 'peers.md'), markdown + imagesOf(drawings))
  for (const { file, svg } of drawings) writeFileSync(join(images, file), svg)
  console.log(`written to ${folder}`)
}

function imagesOf(drawings: readonly Drawing[]): string {
  const images = drawings.map(({ file }) => `![${file}](plots/${file})`)
  return `\n## Plots\n\n${images.join('\n')}\n`
}
