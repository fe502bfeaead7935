import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { build } from 'esbuild'

const [, , outdir = 'dist'] = process.argv

const { metafile } = await build({
  entryPoints: [join(import.meta.dirname, 'src/main.ts')],
  outdir,
  bundle: true,
  minify: true,
  metafile: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // What is imported late, such as the sender's thread, gets files of its own, which a program loads only when it needs them.
  splitting: true,
})
writeFileSync(join(outdir, 'package.json'), JSON.stringify({ type: 'module' }))

const files = Object.entries(metafile.outputs)
const [, main] = files.find(([, { entryPoint }]) => entryPoint !== undefined)
const loaded = main.imports.filter(({ kind }) => kind === 'import-statement')
const atStart = loaded.reduce(
  (sum, { path }) => sum + (metafile.outputs[path]?.bytes ?? 0),
  main.bytes,
)
const all = files.reduce((sum, [, { bytes }]) => sum + bytes, 0)
console.log(`${kilobytes(atStart)} at the start, ${kilobytes(all)} in all ${files.length} files`)

function kilobytes(bytes) {
  return `${Math.round(bytes / 1000)} kB`
}
