import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import ts from 'typescript'

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
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.ESNext },
  })
  const flags = ['--conditions=@sluice/source', '--import=tsx', '--test-reporter=tap']
  const args = [...flags, '--input-type=module', '--eval', outputText]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env })
  return stdout
}
