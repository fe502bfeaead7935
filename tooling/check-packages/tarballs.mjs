import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { runNpm } from './run.mjs'

/** The manifests of all packages that are published. */
export function publicPackages(root) {
  return readdirSync(join(root, 'packages'))
    .map((name) => join('packages', name))
    .map((folder) => ({
      folder,
      ...JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')),
    }))
    .filter((manifest) => manifest.private !== true)
}

/** Packs all packages at once. @returns name → { tarball, files, manifest }. */
export async function packAll(root, packages, destination) {
  const workspaces = packages.flatMap(({ folder }) => ['-w', folder])
  const output = await runNpm(
    ['pack', ...workspaces, '--json', '--ignore-scripts', '--pack-destination', destination],
    { cwd: root },
  )
  const packed = new Map(JSON.parse(output).map((entry) => [entry.name, entry]))
  return packages.map((manifest) => {
    const { filename, files } = packed.get(manifest.name)
    return {
      manifest,
      tarball: join(destination, filename),
      files: files.map(({ path }) => path),
    }
  })
}

/** The import paths of a package, without its package.json. */
export function entryPoints({ name, exports }) {
  return Object.keys(exports)
    .filter((path) => path !== './package.json')
    .map((path) => name + path.slice(1))
}

/** What `exports` and `bin` name is in the tarball, and what is in the tarball is wanted there. */
export function checkContents(root, { manifest, files }) {
  const problems = []
  const targets = [...targetsOf(manifest.exports), ...Object.values(manifest.bin ?? {})]
  for (const target of targets)
    if (!files.includes(target)) problems.push(`exports names ${target}, which is not packed`)
  for (const file of ['README.md', 'LICENSE'])
    if (!files.includes(file)) problems.push(`${file} is not packed`)
  for (const file of files) if (!isWanted(file)) problems.push(`${file} is packed`)
  const built = files.filter((file) => /^dist\/.*\.(js|cjs|d\.ts|d\.cts)$/.test(file))
  const code = files.filter((file) => /\.[cm]?js$/.test(file))
  const texts = [...new Set([...built, ...code])].map((file) =>
    readFileSync(join(root, manifest.folder, file), 'utf8'),
  )
  for (const file of built) {
    const name = file.slice('dist/'.length).replace(/\.d\.(c?)ts$/, '.$1js')
    const used =
      targets.includes(file) ||
      texts.some((text) =>
        [`./${name}'`, `./${name}"`, `./${file}'`].some((end) => text.includes(end)),
      )
    if (!used) problems.push(`${file} is packed, but no entry point leads to it`)
  }
  if (problems.length > 0) throw new Error(problems.join('\n'))
}

/** The source is for this repository alone: what is published holds it in the source maps. */
const sourceCondition = '@sluice/source'

function targetsOf(value) {
  if (typeof value === 'string') return [value.replace(/^\.\//, '')]
  const targets = Object.entries(value).filter(([condition]) => condition !== sourceCondition)
  return [...new Set(targets.flatMap(([, target]) => targetsOf(target)))]
}

/** The door of the drop-in for kafkajs is written by hand, where kafkajs has it. */
const doors = /^(index\.(cjs|mjs|d\.cts|d\.mts)|src\/(index\.js|package\.json))$/

function isWanted(file) {
  if (doors.test(file)) return true
  return /^(dist\/[^/]+\.(c?js|js\.map|d\.c?ts)|README\.md|LICENSE|CHANGELOG\.md|package\.json)$/.test(
    file,
  )
}

/** publint --strict, against the tarball. */
export async function checkWithPublint({ manifest, tarball }) {
  const { messages } = await publint({
    pack: { tarball: new Uint8Array(readFileSync(tarball)).buffer },
    strict: true,
  })
  const problems = messages.filter(({ path }) => path.at(-1) !== sourceCondition)
  if (problems.length > 0)
    throw new Error(problems.map((message) => formatMessage(message, manifest)).join('\n'))
}
