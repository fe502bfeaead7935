import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { install, startCluster } from './check-packages/consumer.mjs'
import { createReport } from './check-packages/report.mjs'
import { run } from './check-packages/run.mjs'
import { threadPrograms } from './check-packages/sender-thread.mjs'
import { expectSent, writePrograms } from './check-packages/sending-programs.mjs'
import { packAll, publicPackages } from './check-packages/tarballs.mjs'
import { transactionalPrograms } from './check-packages/transactional.mjs'
import { bundlers } from './surroundings/bundlers.mjs'
import { installTools } from './surroundings/installed-tools.mjs'
import { jestChecks } from './surroundings/jest.mjs'
import { kafkajsChecks } from './surroundings/kafkajs/checks.mjs'
import { singleExecutable } from './surroundings/single-executable.mjs'

/*
 * Programs that load files late, the sender's thread and the code of transactions, built and run with tools that users have: webpack,
 * ncc, single executables of Node, Jest; and what is built on kafkajs, on its drop-in: frameworks, agents, package managers. esbuild and
 * Rollup are in `npm run check:packages`. Needs `npm run build`. One argument chooses a part by its name.
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const { check, finish } = createReport()
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-surroundings-')))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const parts = { programs: checkPrograms, kafkajs: checkKafkajs }
const [chosen] = process.argv.slice(2)
if (chosen !== undefined && !Object.hasOwn(parts, chosen))
  throw new Error(`there is no part "${chosen}": ${Object.keys(parts).join(' or ')}`)

await installTools()
const { consumer, packed } = await installedPackages()
const cluster = await startCluster(consumer)
for (const [name, checkPart] of Object.entries(parts))
  if (chosen === undefined || chosen === name) await checkPart()
cluster.stop()
process.exitCode = finish() ? 0 : 1

async function checkPrograms() {
  const rigs = [
    rigOf('sender-thread', threadPrograms),
    rigOf('transactional', transactionalPrograms),
  ]
  for (const rig of rigs) await checkProgram(rig)
  for (const { name, run: runJest } of jestChecks(rigs[0])) await check(name, runJest)
}

async function checkKafkajs() {
  const stage = { folder: realpathSync(mkdtempSync(join(folder, 'kafkajs-'))), packed }
  const { checks, close } = await kafkajsChecks({ ...stage, address: cluster.address })
  for (const { name, run: runCheck } of checks) await check(name, runCheck)
  close()
}

/** @returns all packages as tarballs, and the folder outside of the repository in which they are installed */
async function installedPackages() {
  const [tarballs, installed] = [join(folder, 'tarballs'), join(folder, 'consumer')]
  for (const made of [tarballs, installed]) mkdirSync(made)
  const all = await packAll(root, publicPackages(root), tarballs)
  await install(installed, all)
  return { consumer: installed, packed: all }
}

function rigOf(name, programs) {
  const out = join(folder, 'bundles', name)
  const files = writePrograms(consumer, name, programs)
  return { name, root, folder: consumer, address: cluster.address, files, out }
}

async function checkProgram(rig) {
  for (const [kind, bundle] of Object.entries(bundlers))
    await check(`${rig.name}: ${kind}`, async () => expectSent(rig, await bundle(rig)))
  await check(`${rig.name}: a single executable`, async () => {
    const env = { ...process.env, SLUICE_ADDRESS: rig.address }
    const program = await singleExecutable(rig)
    const printed = await run(program, [], { cwd: dirname(program), env, timeoutMs: 60_000 })
    if (!printed.includes('sent 100')) throw new Error(`it has printed ${printed}`)
  })
}
