import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The drop-in keeps the version of kafkajs, by which agents find it. */
const dropIn = '@sluice/kafkajs'

/** @throws Error where a changeset names no package, one that is not published, or says nothing */
export function checkChangesets(changesets, packages) {
  const published = new Set(packages.map(({ name }) => name))
  const problems = changesets.flatMap(({ name, packages: named, summary }) => [
    ...(named.length === 0 ? [`${name} names no package`] : []),
    ...named.filter((one) => !published.has(one)).map((one) => `${name}: ${one} is not published`),
    ...(/\S.*[.!]/s.test(summary) ? [] : [`${name} is no sentence for a reader`]),
  ])
  refuse(problems)
}

/** One version for the family, and 2.x for the drop-in. @returns the version of the family. */
export function checkVersions(before, after) {
  const family = after.filter(({ name }) => name !== dropIn)
  const versions = [...new Set(family.map(({ version }) => version))]
  const problems = versions.length === 1 ? [] : [`the family has ${versions.join(' and ')}`]
  const kept = after.find(({ name }) => name === dropIn)
  if (kept !== undefined && !kept.version.startsWith('2.'))
    problems.push(`${dropIn} would be ${kept.version}, and must stay in 2.x`)
  const isFirst = before.some(({ name, version }) => name !== dropIn && version === '0.0.0')
  if (isFirst && versions[0] !== '0.1.0') problems.push(`the first version would be ${versions[0]}`)
  refuse(problems)
  return versions[0]
}

/** Every package of the repository asks for the family at the versions that it then has. */
export function checkRanges(workspaces) {
  const published = workspaces.filter(({ manifest }) => manifest.private !== true)
  const versions = new Map(published.map(({ manifest }) => [manifest.name, manifest.version]))
  const problems = workspaces.flatMap(({ folder, manifest }) =>
    ['dependencies', 'devDependencies', 'peerDependencies']
      .flatMap((kind) => Object.entries(manifest[kind] ?? {}))
      .filter(
        ([name, range]) => versions.has(name) && !['*', `^${versions.get(name)}`].includes(range),
      )
      .map(
        ([name, range]) =>
          `${folder} asks for ${name} ${range}, which will be ${versions.get(name)}`,
      ),
  )
  refuse(problems)
}

/** What is new is readable: the newest entry stands first, under its version, and says something. */
export function checkChangelog(folder, { name, version }, isReleased) {
  const path = join(folder, 'CHANGELOG.md')
  if (!existsSync(path)) throw new Error(`${name} has no CHANGELOG.md`)
  const text = readFileSync(path, 'utf8')
  const [title, newest = ''] = text.split(/^## /m)
  const [heading, ...body] = newest.trim().split('\n')
  const problems = []
  if (!title.startsWith(`# ${name}`)) problems.push('its title is not the name of the package')
  if (heading !== version) problems.push(`its newest entry is ${heading}, not ${version}`)
  const said = body.filter((line) => line !== '' && !line.startsWith('#'))
  if (isReleased && said.length === 0) problems.push(`the entry ${version} says nothing`)
  if (/Updated dependencies|^- [0-9a-f]{7,40}:/m.test(newest))
    problems.push('it lists commits or packages, not changes')
  refuse(problems.map((problem) => `${name}: ${problem}`))
}

/** The workflows run commands that exist, and publish with provenance. */
export function checkWorkflows(root) {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const names = ['checks.yml', 'release.yml']
  const texts = names.map((name) => readFileSync(join(root, '.github/workflows', name), 'utf8'))
  const problems = texts.flatMap((text, index) =>
    [...text.matchAll(/npm run ([\w:-]+)/g)]
      .filter(([, script]) => scripts[script] === undefined)
      .map(([, script]) => `${names[index]} runs ${script}, which is no script`),
  )
  const [checks, release] = texts
  if (!checks.includes('run: .ci/run')) problems.push('checks.yml does not run .ci/run')
  if (!/^ +id-token: write$/m.test(release) || !/NPM_CONFIG_PROVENANCE: '?true/.test(release))
    problems.push('release.yml publishes without provenance')
  refuse(problems)
}

function refuse(problems) {
  if (problems.length > 0) throw new Error(problems.join('\n'))
}
