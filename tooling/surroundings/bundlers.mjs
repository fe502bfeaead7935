import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { runNode } from '../check-packages/run.mjs'
import { loadTool, toolFile } from './installed-tools.mjs'

/*
 * A rig is the `folder` in which the tarballs are installed, the `out` folder of its bundles, and the `files` of one program, in each
 * format. A bundle is run where none of the packages can be found.
 */

/** What each bundler makes of a rig's program: a file to run. */
export const bundlers = {
  'webpack, CommonJS': (rig) => webpack(rig, 'cjs'),
  'webpack, ES module': (rig) => webpack(rig, 'esm'),
  'webpack, minimized': (rig) => webpack(rig, 'cjs', 'production'),
  ncc: (rig) => ncc(rig),
}

const outputs = {
  cjs: { filename: 'main.cjs' },
  esm: { filename: 'main.mjs', module: true, chunkFormat: 'module' },
}

async function webpack({ folder, files, out }, format, mode = 'none') {
  const path = emptyFolder(out, `webpack-${format}-${mode}`)
  const bundle = promisify(loadTool('webpack'))
  const stats = await bundle({
    mode,
    target: 'node20',
    context: folder,
    entry: files[format],
    output: { path, ...outputs[format] },
    ...(format === 'esm' && { experiments: { outputModule: true } }),
  })
  const problems = stats.toJson({ all: false, errors: true, warnings: true })
  const all = [...problems.errors, ...problems.warnings].map(({ message }) => message)
  if (all.length > 0) throw new Error(all.join('\n'))
  return join(path, outputs[format].filename)
}

async function ncc({ files, out }) {
  const path = emptyFolder(out, 'ncc')
  const cli = toolFile('@vercel/ncc/dist/ncc/cli.js')
  await runNode([cli, 'build', files.cjs, '--out', path, '--no-cache'])
  return join(path, 'index.cjs')
}

function emptyFolder(out, name) {
  const folder = join(out, name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }))
  return folder
}
