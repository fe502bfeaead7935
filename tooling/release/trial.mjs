import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run, runNode } from '../check-packages/run.mjs'

/** Who commits in the copy: a machine that checks has no name of its own. */
const git = ['-c', 'user.name=trial', '-c', 'user.email=trial@example.invalid', '-c', 'gc.auto=0']

/** What of a package is not packed, so the copy does without it. */
const leftOut = /^(node_modules|test|coverage|\.turbo)$/

/** Copies all that a release needs into an empty folder: manifests, changesets, and what the packages are built of. */
export async function copyForTrial(root, folder) {
  const files = ['package.json', 'package-lock.json', '.npmrc', '.changeset', 'tooling/release']
  for (const file of files) cpSync(join(root, file), join(folder, file), { recursive: true })
  for (const { folder: of, manifest } of workspaces(root)) {
    mkdirSync(join(folder, of), { recursive: true })
    if (manifest.private === true)
      cpSync(join(root, of, 'package.json'), join(folder, of, 'package.json'))
    else
      for (const name of readdirSync(join(root, of)).filter((each) => !leftOut.test(each)))
        cpSync(join(root, of, name), join(folder, of, name), { recursive: true })
  }
  // Changesets asks git which commit has added a changeset.
  await run('git', ['init', '--quiet'], { cwd: folder })
  await run('git', ['add', '--all'], { cwd: folder })
  await run('git', [...git, 'commit', '--quiet', '--message', 'trial'], { cwd: folder })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
}

/** `changeset version` in the copy. */
export async function versionPackages(folder) {
  const cli = join(folder, 'node_modules/@changesets/cli/bin.js')
  await runNode([cli, 'version'], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } })
}

/** All packages of the repository, public and private, by folder. */
export function workspaces(root) {
  const { workspaces: patterns } = readManifest(root, '.')
  return patterns.flatMap((pattern) => {
    const parent = pattern.endsWith('/*') ? dirname(pattern) : null
    const folders =
      parent === null
        ? [pattern]
        : readdirSync(join(root, parent)).map((name) => join(parent, name))
    return folders
      .filter((folder) => existsSync(join(root, folder, 'package.json')))
      .map((folder) => ({ folder, manifest: readManifest(root, folder) }))
  })
}

/** The changesets, with the packages that each names and what it says. */
export function changesetsOf(root) {
  return readdirSync(join(root, '.changeset'))
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => {
      const text = readFileSync(join(root, '.changeset', name), 'utf8')
      const [, head = '', summary = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? []
      const packages = [...head.matchAll(/^['"]?([^'":]+)['"]?: (major|minor|patch)$/gm)]
      return { name, packages: packages.map(([, of]) => of), summary: summary.trim() }
    })
}

function readManifest(root, folder) {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
}
