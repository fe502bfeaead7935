import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { runNode } from './run.mjs'

/*
 * Programs with a sender's thread, as users build and start them: from the installed tarballs, bundled, and in a process with
 * few rights.
 */

const sending = `
async function main() {
  const options = { bootstrapServers: process.env.SLUICE_ADDRESS, senderThread: true, compression: gzip() }
  const producer = createProducer(options)
  const values = Array.from({ length: 100 }, (_, at) => String(at))
  const sent = await Promise.all(values.map((value) => producer.send({ topic: 'thread', value })))
  await producer.close()
  console.log('sent', sent.length)
}
main().catch((error) => { console.log(error.message); process.exitCode = 1 })
`
const programs = {
  esm: `import { createProducer } from '@sluice/producer'\nimport { gzip } from '@sluice/protocol/gzip'\n${sending}`,
  cjs: `const { createProducer } = require('@sluice/producer')\nconst { gzip } = require('@sluice/protocol/gzip')\n${sending}`,
}
const extensions = { esm: 'mjs', cjs: 'cjs' }

/** The checks of a folder in which the tarballs are installed. @param address - of a broker */
export function senderThreadChecks(root, folder, address) {
  const rig = { root, folder, address, files: writePrograms(folder) }
  return [
    ...Object.keys(programs).map((format) => ({
      name: `senderThread: a program sends: ${format}`,
      run: () => expectSent(rig, rig.files[format]),
    })),
    ...Object.entries(bundles).map(([kind, bundle]) => ({
      name: `senderThread: a program that was bundled sends: ${kind}`,
      run: async () => expectSent(rig, await bundle(rig, bundleFolder(folder, kind))),
    })),
    {
      name: 'senderThread: a process with few rights sends with --allow-worker, and is told of it without',
      run: () => checkPermission(rig),
    },
    ...Object.keys(programs).map((format) => ({
      name: `senderThread: a file that is missing is an error of createProducer: ${format}`,
      run: () => checkMissingFile(rig, format),
    })),
  ]
}

function writePrograms(folder) {
  return Object.fromEntries(
    Object.entries(programs).map(([format, code]) => {
      const file = join(folder, `sender-thread.${extensions[format]}`)
      writeFileSync(file, code)
      return [format, file]
    }),
  )
}

/** Outside of the folder in which the packages are, so that a bundle finds nothing there. */
function bundleFolder(folder, kind) {
  const name = kind.replaceAll(/\W+/g, '-')
  const out = join(folder, '..', 'bundles', name)
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, 'package.json'), JSON.stringify({ private: true }))
  return out
}

const bundles = {
  'esbuild, CommonJS': (rig, out) => bundleByEsbuild(rig, out, 'cjs'),
  'esbuild, one ES module': (rig, out) => bundleByEsbuild(rig, out, 'esm'),
  'esbuild, ES modules in parts': (rig, out) => bundleByEsbuild(rig, out, 'esm', true),
  'Rollup, ES modules': (rig, out) => bundleByRollup(rig, out, 'es', 'mjs'),
  'Rollup, CommonJS': (rig, out) => bundleByRollup(rig, out, 'cjs', 'cjs'),
}

async function bundleByEsbuild({ root, files }, outdir, format, splitting = false) {
  await ofTsup(root, 'esbuild').build({
    entryPoints: [files[format]],
    outExtension: { '.js': `.${extensions[format]}` },
    outdir,
    bundle: true,
    minify: true,
    splitting,
    platform: 'node',
    format,
    logLevel: 'silent',
  })
  return join(outdir, `sender-thread.${extensions[format]}`)
}

async function bundleByRollup({ root, folder, files }, dir, format, extension) {
  const { rollup } = ofTsup(root, 'rollup')
  const bundle = await rollup({
    input: files.esm,
    external: /^node:/,
    plugins: [{ name: 'sluice', resolveId: (id) => moduleOf(folder, id) }],
  })
  const names = { entryFileNames: `[name].${extension}`, chunkFileNames: `[name].${extension}` }
  await bundle.write({ dir, format, ...names })
  await bundle.close()
  return join(dir, `sender-thread.${extension}`)
}

/** The ES module of an entry point. */
function moduleOf(folder, id) {
  const [, name, entry = ''] = /^(@sluice\/[^/]+)(\/.+)?$/.exec(id) ?? []
  if (name === undefined) return null
  const installed = join(folder, 'node_modules', name)
  const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  return join(installed, exports[`.${entry}`].import.default)
}

/** These come with tsup. */
function ofTsup(root, name) {
  return createRequire(join(root, 'node_modules/tsup/package.json'))(name)
}

async function checkPermission(rig) {
  const known = process.allowedNodeEnvironmentFlags
  const flags = [
    known.has('--permission') ? '--permission' : '--experimental-permission',
    '--allow-fs-read=*',
    ...(known.has('--allow-net') ? ['--allow-net'] : []),
  ]
  await expectSent(rig, rig.files.esm, [...flags, '--allow-worker'])
  await expectRefused(rig, rig.files.esm, /INVALID_OPTION: .*--allow-worker/, flags)
}

async function checkMissingFile(rig, format) {
  const dist = join(rig.folder, 'node_modules/@sluice/producer/dist')
  const text = readdirSync(dist).filter((name) => name.startsWith('worker-text'))
  if (text.length !== 2) throw new Error(`this checks nothing: the text is in ${text.length} files`)
  const move = (from, to) => {
    for (const name of text) renameSync(join(dist, from + name), join(dist, to + name))
  }
  move('', 'gone-')
  try {
    await expectRefused(rig, rig.files[format], /INVALID_OPTION: .*worker-text .*missing/)
  } finally {
    move('gone-', '')
  }
}

async function expectSent(rig, file, flags) {
  const output = await start(rig, file, flags)
  if (!output.includes('sent 100')) throw new Error(`it has printed ${output}`)
}

async function expectRefused(rig, file, text, flags) {
  const output = await start(rig, file, flags).then(
    (printed) => `no error: ${printed}`,
    (error) => error.message,
  )
  if (!text.test(output)) throw new Error(`expected ${text}\n${output}`)
}

function start({ address }, file, flags = []) {
  return runNode([...flags, file], {
    cwd: join(file, '..'),
    env: { ...process.env, SLUICE_ADDRESS: address },
    timeoutMs: 60_000,
  })
}
