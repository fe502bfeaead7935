import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { mutated, type Mutant } from './mutant.js'

const leftBehind = new Set(['node_modules', '.git', '.turbo', 'dist', 'coverage'])

/** A copy of the repository, uncommitted changes included, in which sources may be broken. */
export interface WorkingCopy {
  readonly folder: string
  /** Puts a fault in. @returns takes it out again. */
  break(mutant: Mutant): () => void
  remove(): void
}

export function createWorkingCopy(root: string): WorkingCopy {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-mutants-')))
  cpSync(root, folder, { recursive: true, filter: (path) => !leftBehind.has(basename(path)) })
  linkModules(root, folder)
  return {
    folder,
    break: (mutant) => {
      const path = join(folder, mutant.file)
      const source = readFileSync(path, 'utf8')
      writeFileSync(path, mutated(source, mutant))
      return () => writeFileSync(path, source)
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Links every installed package, but those of the family to the copy: they are what is broken. */
function linkModules(root: string, folder: string): void {
  const from = join(root, 'node_modules')
  const to = join(folder, 'node_modules')
  mkdirSync(join(to, '@sluice'), { recursive: true })
  for (const name of readdirSync(from)) {
    if (name !== '@sluice' && !name.startsWith('.')) symlinkSync(join(from, name), join(to, name))
  }
  for (const workspace of ['packages', 'test', 'examples']) linkWorkspace(folder, workspace)
}

function linkWorkspace(folder: string, workspace: string): void {
  for (const entry of readdirSync(join(folder, workspace))) {
    const path = join(folder, workspace, entry)
    const manifest = join(path, 'package.json')
    // What tests of several packages share is no workspace.
    if (!existsSync(manifest)) continue
    const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name: string }
    symlinkSync(path, join(folder, 'node_modules', name))
  }
}
