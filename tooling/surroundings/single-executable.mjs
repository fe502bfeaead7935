import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { runNode } from '../check-packages/run.mjs'
import { loadTool } from './installed-tools.mjs'

/** The text by which Node finds a program in its own file: it is the same for every version. */
const sentinelFuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

/** A copy of this Node that is the rig's program. @returns the file to start */
export async function singleExecutable({ root, files, out }) {
  const folder = join(out, 'single-executable')
  mkdirSync(folder, { recursive: true })
  const file = (name) => join(folder, name)
  await bundle(root, files.cjs, file('main.cjs'))
  writeFileSync(
    file('sea.json'),
    JSON.stringify({
      main: file('main.cjs'),
      output: file('program.blob'),
      disableExperimentalSEAWarning: true,
    }),
  )
  await runNode(['--experimental-sea-config', file('sea.json')])
  copyFileSync(process.execPath, file('program'))
  chmodSync(file('program'), 0o755)
  const { inject } = loadTool('postject')
  await inject(file('program'), 'NODE_SEA_BLOB', readFileSync(file('program.blob')), {
    sentinelFuse,
  })
  return file('program')
}

/** A single executable has one file, so everything is bundled into it. */
async function bundle(root, entry, outfile) {
  const esbuild = createRequire(join(root, 'node_modules/tsup/package.json'))('esbuild')
  await esbuild.build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'silent',
  })
}
