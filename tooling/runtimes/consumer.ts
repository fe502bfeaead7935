import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { esbuild } from '../build/esbuild.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What the programs import; the rest of the family comes from the same tarballs. */
const packages = [
  'protocol',
  'network',
  'partitioner',
  'accumulator',
  'sender',
  'producer',
  'codec-snappy',
  'codec-lz4',
  'embedded-broker',
]
const libraries = ['cli-progress@3']

/** A folder outside of the repository with our packages installed from their tarballs, as users have them. It goes with this process. */
export async function createConsumer(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-runtimes-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const npm = promisify(execFile)
  const workspaces = packages.flatMap((name) => ['-w', `packages/${name}`])
  const pack = ['pack', ...workspaces, '--json', '--ignore-scripts', '--pack-destination', folder]
  const { stdout } = await npm('npm', pack, { cwd: root })
  const packed = JSON.parse(stdout) as { filename: string }[]
  const tarballs = packed.map(({ filename }) => join(folder, filename))
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  const install = ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund']
  await npm('npm', [...install, ...tarballs, ...libraries], { cwd: folder })
  return folder
}

/** Makes one JavaScript file of a program of TypeScript, which still imports packages. @returns its path */
export async function compiledInto(folder: string, name: string, source: string): Promise<string> {
  const { outputFiles } = await esbuild().build({
    entryPoints: [join(root, source)],
    bundle: true,
    write: false,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
  })
  const file = join(folder, `${name}.mjs`)
  writeFileSync(file, outputFiles[0]!.text)
  return file
}
