import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { emitDeclarations } from './emit-declarations.js'

/*
 * The declarations of all sources of all packages, made at once: for one package alone TypeScript would read its own library,
 * Node's types and the packages below once more. They stay until a source changes.
 */

const root = fileURLToPath(new URL('../..', import.meta.url))
const made = join(root, 'dist/declarations')

/** What besides the sources decides what is declared. */
const surroundings = [
  'package-lock.json',
  'tsconfig.base.json',
  'tooling/build/emit-declarations.ts',
]

/** The folder in which `<package>/src/<file>.d.ts` are the declarations of the sources as they are now. */
export function currentDeclarations(): string {
  const sources = sourceFiles()
  const folder = join(made, hashOf([...sources, ...surroundings]))
  if (!existsSync(folder)) {
    writeDeclarations(sources, folder)
    removeOthers(folder)
  }
  return folder
}

function sourceFiles(): string[] {
  return readdirSync(join(root, 'packages')).flatMap((name) => [
    `packages/${name}/package.json`,
    ...readdirSync(join(root, 'packages', name, 'src'), { recursive: true })
      .map((file) => `packages/${name}/src/${String(file).replaceAll('\\', '/')}`)
      .filter((file) => file.endsWith('.ts'))
      .toSorted(),
  ])
}

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(join(root, file)))
  return hash.digest('hex').slice(0, 16)
}

/** Two builds may write at the same time, so a folder has its name only when it is complete. */
function writeDeclarations(sources: readonly string[], folder: string): void {
  const unfinished = `${folder}-${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  emitDeclarations(
    root,
    sources.filter((file) => file.endsWith('.ts')),
    unfinished,
  )
  try {
    renameSync(unfinished, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
    rmSync(unfinished, { recursive: true })
  }
}

function removeOthers(folder: string): void {
  const others = readdirSync(made).filter((name) => !name.startsWith(basename(folder)))
  for (const name of others) rmSync(join(made, name), { recursive: true, force: true })
}
