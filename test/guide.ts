import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bundledCode } from '../tooling/build/bundled-program.js'

/** The code of a guide, block by block. */
export function codeOfGuide(name: string): string[] {
  const file = fileURLToPath(new URL(`../docs/guides/${name}.md`, import.meta.url))
  const blocks = readFileSync(file, 'utf8').matchAll(/^```[jt]s\n(.*?)^```$/gms)
  return [...blocks].map(([, code]) => code!)
}

/**
 * Runs the code of a guide as a reader would, who depends on what the package in `folder` depends on.
 * @returns what it printed
 */
export async function runGuide(code: string, folder: string, env = process.env): Promise<string> {
  const temporary = mkdtempSync(join(tmpdir(), 'sluice-guide-'))
  try {
    const file = join(temporary, 'guide.mjs')
    writeFileSync(file, await bundledCode(code, folder))
    const args = ['--test-reporter=tap', file]
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env })
    return stdout
  } finally {
    rmSync(temporary, { recursive: true })
  }
}
