import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkWithAttw } from './check-packages/attw.mjs'
import { bundledExampleChecks } from './check-packages/bundled-example.mjs'
import { checkBundle } from './check-packages/bundles.mjs'
import { commandLineChecks } from './check-packages/command-lines.mjs'
import {
  checkErrorsAcrossCopies,
  checkImportAndRequire,
  install,
  startCluster,
  typeChecks,
} from './check-packages/consumer.mjs'
import {
  compileExamples,
  examplesOf,
  runExample,
  writeExamples,
} from './check-packages/examples.mjs'
import { checkNoCodecLoaded, importMs } from './check-packages/imports.mjs'
import { checkInstalledSize } from './check-packages/installed-size.mjs'
import { installIsolated, resolutionChecks } from './check-packages/isolated.mjs'
import { createReport, note } from './check-packages/report.mjs'
import { runNode } from './check-packages/run.mjs'
import { senderThreadChecks } from './check-packages/sender-thread.mjs'
import { checkSourceMaps, checkStackTrace } from './check-packages/source-maps.mjs'
import {
  checkContents,
  checkWithPublint,
  entryPoints,
  packAll,
  publicPackages,
} from './check-packages/tarballs.mjs'
import { transactionalChecks } from './check-packages/transactional.mjs'

/*
 * Checks what is published, not what is in the tree: packs every package, looks into the tarballs,
 * installs them into an empty folder outside the repository and uses them there. Needs `npm run build`.
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const { check, finish } = createReport()
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-packages-')))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const programs = [senderThreadChecks, transactionalChecks, commandLineChecks, bundledExampleChecks]
const packages = publicPackages(root)
const entries = packages.flatMap(entryPoints)
const tarballs = await check(`npm pack: ${packages.length} packages`, () => {
  mkdirSync(join(folder, 'tarballs'))
  return packAll(root, packages, join(folder, 'tarballs'))
})
if (tarballs) {
  await checkTarballs(tarballs)
  const consumer = join(folder, 'consumer')
  mkdirSync(consumer)
  const installed = await check('the tarballs install into an empty folder', async () => {
    await install(consumer, tarballs)
    return true
  })
  if (installed) await checkInstalled(consumer)
  await checkAlone(tarballs)
}
process.exitCode = finish() ? 0 : 1

async function checkTarballs(all) {
  for (const packed of all) {
    const { name } = packed.manifest
    await check(`${name}: exports and tarball agree`, () => checkContents(root, packed))
    await check(`${name}: publint --strict`, () => checkWithPublint(packed))
    await check(`${name}: attw, node10, node16 and bundler`, () => checkWithAttw(packed))
  }
}

async function checkInstalled(consumer) {
  const size = await check('the six core packages together unpack to less than 3.02 MB', () =>
    checkInstalledSize(consumer),
  )
  if (size) note(size)
  for (const { name, folder: of } of packages)
    await check(`${name}: source maps hold every source once`, () =>
      checkSourceMaps(root, consumer, of, name),
    )
  for (const format of ['esm', 'cjs'])
    await check(`a stack trace names the TypeScript file and its line: ${format}`, () =>
      checkStackTrace(root, consumer, format),
    )
  for (const entry of entries)
    await check(`${entry} can be imported and required`, () =>
      checkImportAndRequire(consumer, entry),
    )
  for (const entry of entries)
    await check(`${entry} bundled alone holds no other stage`, () =>
      checkBundle(root, consumer, entry),
    )
  await check('instanceof KafkaError holds across ESM and CommonJS', () =>
    checkErrorsAcrossCopies(consumer),
  )
  await checkImports(consumer)
  await checkOutsidePlugins(consumer)
  await checkExamples(consumer)
}

/** What an import costs is printed, not judged: other processes decide it too. */
async function checkImports(consumer) {
  for (const name of ['@sluice/protocol', '@sluice/producer']) {
    for (const format of ['esm', 'cjs'])
      await check(`${name} loads no codec: ${format}`, () =>
        checkNoCodecLoaded(consumer, name, format),
      )
  }
  for (const [name, wantedMs] of [
    ['@sluice/protocol', 30],
    ['@sluice/producer', 40],
  ]) {
    const ms = await importMs(consumer, name)
    note(`importing ${name} takes ${ms.toFixed(1)} ms; less than ${wantedMs} are wanted`)
  }
}

/** A partitioner, a codec and a transport written outside the repository plug in, and pass the conformance kits there. */
async function checkOutsidePlugins(consumer) {
  for (const { name, run } of typeChecks(root, consumer, join(root, 'tooling/outside')))
    await check(name, run)
  for (const kind of ['esm', 'cjs']) {
    for (const [name, program] of [
      ['a partitioner, a codec and a transport from outside plug in', 'main.js'],
      ['plug-ins from outside pass the conformance kits', 'conformance.js'],
    ])
      await check(`${name}: ${kind}`, () =>
        runNode([join(consumer, kind, 'out', program)], { cwd: consumer, timeoutMs: 60_000 }),
      )
  }
}

/** Under pnpm a program finds only what it has installed itself, and so does each package. */
async function checkAlone(all) {
  const isolated = join(folder, 'isolated')
  const installed = await check('@sluice/producer installs alone, isolated', async () => {
    await installIsolated(isolated, '@sluice/producer', all)
    return true
  })
  if (!installed) return
  for (const { name, run } of resolutionChecks(root, isolated, join(root, 'tooling/outside-alone')))
    await check(name, run)
}

async function checkExamples(consumer) {
  const files = [
    'README.md',
    ...packages.map(({ folder: of }) => join(of, 'README.md')),
    ...guides(),
  ]
  const examples =
    (await check('the examples of the READMEs are marked well', () =>
      files.flatMap((file) => examplesOf(root, file)),
    )) ?? []
  if (examples.length === 0) return
  const cluster = await check('an embedded cluster starts from its tarball', () =>
    startCluster(consumer),
  )
  const written = writeExamples(consumer, examples, cluster?.address ?? 'localhost:1')
  const complaints = await compileExamples(root, consumer)
  for (const example of written) {
    await check(`${example.name} runs`, () => runExample(consumer, example, complaints))
  }
  if (cluster) await checkPrograms(consumer, cluster.address)
  cluster?.stop()
}

async function checkPrograms(consumer, address) {
  for (const checks of programs)
    for (const { name, run } of checks(root, consumer, address)) await check(name, run)
}

function guides() {
  const all = readdirSync(root).includes('docs')
    ? readdirSync(join(root, 'docs'), { recursive: true })
    : []
  return all
    .filter((file) => file.endsWith('.md') && !file.startsWith('api'))
    .map((file) => join('docs', file))
}
