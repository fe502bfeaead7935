import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runNpm } from '../check-packages/run.mjs'

const folder = fileURLToPath(new URL('.', import.meta.url))

/** Installs what the lock file of this folder says, without running scripts, where it is missing. */
export async function installTools() {
  if (!existsSync(join(folder, 'node_modules')))
    await runNpm(['ci', '--ignore-scripts'], { cwd: folder })
}

export function loadTool(name) {
  return createRequire(join(folder, 'package.json'))(name)
}

/** The file of a command line tool, by its path from `node_modules`. */
export function toolFile(path) {
  return join(folder, 'node_modules', path)
}
