import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { bundledProgram } from '../tooling/build/bundled-program.js'

const texts = new Map<string, Promise<string>>()

/**
 * The arguments with which Node runs a program of TypeScript. The program is made into one file first, which tests of a file share: a
 * process that compiles each module as it is imported needs ten times as long.
 *
 * With `SLUICE_SENDER_THREAD` it is run from its sources, from which the text of the thread is made as well.
 */
export async function argumentsToRun(program: string): Promise<string[]> {
  if (process.env['SLUICE_SENDER_THREAD'] === '1')
    return ['--import', 'tsx', '--conditions=@sluice/source', program]
  const folder = mkdtempSync(join(tmpdir(), 'sluice-program-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, `${basename(program, '.ts')}.mjs`)
  if (!texts.has(program)) texts.set(program, bundledProgram(program))
  writeFileSync(file, await texts.get(program)!)
  return [file]
}
