import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, parse } from 'node:path'
import { runNode } from './run.mjs'

/*
 * Programs that send a hundred records, as users build and start them. A rig is the repository's `root`, the `folder` in which
 * the tarballs are installed, the `address` of a broker and the `files` of one program, in each format.
 */

const extensions = { esm: 'mjs', cjs: 'cjs' }

/** @returns the file of each format */
export function writePrograms(folder, name, programs) {
  return Object.fromEntries(
    Object.entries(programs).map(([format, code]) => {
      const file = join(folder, `${name}.${extensions[format]}`)
      writeFileSync(file, code)
      return [format, file]
    }),
  )
}

export async function expectSent(rig, file, flags) {
  const output = await runProgram(rig, file, flags)
  if (!output.includes('sent 100')) throw new Error(`it has printed ${output}`)
}

export function runProgram({ address }, file, flags = []) {
  return runNode([...flags, file], {
    cwd: join(file, '..'),
    env: { ...process.env, SLUICE_ADDRESS: address },
    timeoutMs: 60_000,
  })
}

/** Outside of the folder in which the packages are, so that a bundle finds nothing there. */
function bundleFolder({ folder, files }, kind) {
  const out = join(folder, '..', 'bundles', nameOf(files), kind.replaceAll(/\W+/g, '-'))
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, 'package.json'), JSON.stringify({ private: true }))
  return out
}

/** What each bundler makes of a rig's program. */
export function bundlesOf(rig) {
  let rolled
  // Rollup reads and joins the modules once, and writes both formats of that.
  const withRollup = { ...rig, rolledUp: () => (rolled ??= rollUp(rig)) }
  return Object.entries(bundles).map(([kind, bundle]) => ({
    kind,
    bundle: () => bundle(withRollup, bundleFolder(rig, kind)),
  }))
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
  return join(outdir, `${nameOf(files)}.${extensions[format]}`)
}

function rollUp({ root, folder, files }) {
  return ofTsup(root, 'rollup').rollup({
    input: files.esm,
    external: /^node:/,
    plugins: [{ name: 'sluice', resolveId: (id) => moduleOf(folder, id) }],
  })
}

async function bundleByRollup({ files, rolledUp }, dir, format, extension) {
  const bundle = await rolledUp()
  const names = { entryFileNames: `[name].${extension}`, chunkFileNames: `[name].${extension}` }
  await bundle.write({ dir, format, ...names })
  return join(dir, `${nameOf(files)}.${extension}`)
}

function nameOf({ esm }) {
  return parse(esm).name
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
