import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { defineConfig } from 'tsup'
import { writeBothFormats } from './tooling/build/both-formats.js'
import { currentDeclarations } from './tooling/build/declarations.js'
import { inspectorPagePlugin } from './tooling/build/inspector-page.js'
import { versionAlonePlugin } from './tooling/build/version-alone.js'
import { workerTextPlugin } from './tooling/build/worker-text.js'

// The working directory is the package's. Every entry point is named once: in its `exports`.
const manifest: {
  exports: Record<string, { '@sluice/source'?: string }>
  bin?: Record<string, string>
} = JSON.parse(readFileSync('package.json', 'utf8'))
const entry = Object.values(manifest.exports).flatMap((target) => target['@sluice/source'] ?? [])
/** Programs are no entry points: nothing imports them, so they have no types and no CommonJS. */
const programs = Object.values(manifest.bin ?? {}).map((file) =>
  file.replace(/^dist\/(.*)\.js$/, 'src/$1.ts'),
)

// Two builds run side by side, so neither may empty the folder.
rmSync('dist', { recursive: true, force: true })

export default defineConfig([
  {
    entry: [...entry, ...programs],
    format: ['esm'],
    target: 'node20',
    // Two entry points of a package share one copy of its code.
    splitting: true,
    sourcemap: true,
    // tsup 8 would turn node:net into net.
    removeNodeProtocol: false,
    esbuildPlugins: [versionAlonePlugin, workerTextPlugin, inspectorPagePlugin],
    async onSuccess() {
      writeBothFormats('dist')
      entry.forEach(writeTypesOfEsModule)
      programs.forEach(makeRunnable)
      // A published package carries its licence; npm takes it from the package's folder.
      copyFileSync('../../LICENSE', 'LICENSE')
    },
  },
  {
    entry,
    // The types of ES modules are those of CommonJS, so that a class is one type however it was loaded.
    format: ['cjs'],
    dts: { only: true, entry: declarationsOf(entry) },
  },
])

/** What is bundled are declarations already, so tsup makes no program of TypeScript. */
function declarationsOf(sources: readonly string[]): Record<string, string> {
  const folder = join(currentDeclarations(), basename(process.cwd()))
  return Object.fromEntries(
    sources.map((source) => [
      basename(source, '.ts'),
      join(folder, source.replace(/\.ts$/, '.d.ts')),
    ]),
  )
}

function writeTypesOfEsModule(source: string): void {
  const name = basename(source, '.ts')
  writeFileSync(`dist/${name}.d.ts`, `export * from './${name}.cjs'\n`)
}

/** The first line says what runs it. It has no source map, which that line would make wrong: it only calls the package. */
function makeRunnable(source: string): void {
  const name = basename(source, '.ts')
  const code = readFileSync(`dist/${name}.js`, 'utf8').replace(
    /\n\/\/# sourceMappingURL=.*\n$/,
    '\n',
  )
  writeFileSync(`dist/${name}.js`, `#!/usr/bin/env node\n${code}`)
  rmSync(`dist/${name}.js.map`)
  rmSync(`dist/${name}.cjs`)
}
