import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createReport, note } from './check-packages/report.mjs'
import { checkContents, packAll, publicPackages } from './check-packages/tarballs.mjs'
import {
  checkChangelog,
  checkChangesets,
  checkRanges,
  checkVersions,
  checkWorkflows,
} from './release/judge.mjs'
import { nameRepository } from './release/name-repository.mjs'
import { changesetsOf, copyForTrial, versionPackages, workspaces } from './release/trial.mjs'

/*
 * A release without its end: in a copy of the repository the versions and changelogs are made of the changesets that there are, and all
 * packages are packed. Nothing is published, and nothing here is changed. Needs `npm run build`.
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const { check, finish } = createReport()
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-release-')))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const before = publicPackages(root)
const changesets = changesetsOf(root)
await check(`${changesets.length} changesets name packages and say something`, () =>
  checkChangesets(changesets, before),
)
await check('the workflows run commands that exist, and publish with provenance', () =>
  checkWorkflows(root),
)
const isVersioned = await check('changesets make versions and changelogs', async () => {
  await copyForTrial(root, folder)
  await versionPackages(folder)
  return true
})
if (isVersioned) await checkRelease()
process.exitCode = finish() ? 0 : 1

async function checkRelease() {
  const after = publicPackages(folder)
  const version = await check('the family has one version, and the drop-in for kafkajs 2.x', () =>
    checkVersions(before, after),
  )
  if (version) note(`the next version is ${version}`)
  await check('every package asks for the family at these versions', () =>
    checkRanges(workspaces(folder)),
  )
  const named = new Set(changesets.flatMap(({ packages }) => packages))
  for (const manifest of after)
    await check(`${manifest.name}: the changelog of ${manifest.version} can be read`, () =>
      checkChangelog(join(folder, manifest.folder), manifest, named.has(manifest.name)),
    )
  await checkTarballs()
}

async function checkTarballs() {
  const tarballs = join(folder, 'tarballs')
  const packed = await check('all packages can be packed as they would be published', async () => {
    nameRepository(folder, 'https://example.invalid/sluice')
    mkdirSync(tarballs)
    return packAll(folder, publicPackages(folder), tarballs)
  })
  for (const each of packed ?? [])
    await check(`${each.manifest.name}: its tarball`, () => checkTarball(each))
}

function checkTarball(packed) {
  const { manifest } = packed
  checkContents(folder, packed)
  if (!packed.tarball.endsWith(`-${manifest.version}.tgz`))
    throw new Error(`it is ${packed.tarball}`)
  const { directory } = JSON.parse(
    readFileSync(join(folder, manifest.folder, 'package.json'), 'utf8'),
  ).repository
  if (directory !== manifest.folder) throw new Error(`its source would be in ${directory}`)
}
