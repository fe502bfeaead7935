import { copyFileSync, readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'

// The working directory is the package's. Every entry point is named once: in its `exports`.
const manifest: { exports: Record<string, { '@sluice/source'?: string }> } = JSON.parse(
  readFileSync('package.json', 'utf8'),
)
const entry = Object.values(manifest.exports).flatMap((target) => target['@sluice/source'] ?? [])

export default defineConfig({
  entry,
  format: ['esm', 'cjs'],
  target: 'node20',
  // Two entry points of a package share one copy of its code, in CommonJS too.
  splitting: true,
  // tsup 8 sets baseUrl, which TypeScript 6 refuses. `npm run check:types` does the checking.
  dts: { compilerOptions: { ignoreDeprecations: '6.0', noCheck: true } },
  sourcemap: true,
  clean: true,
  // tsup 8 would turn node:net into net.
  removeNodeProtocol: false,
  // A published package carries its licence; npm takes it from the package's folder.
  onSuccess: async () => copyFileSync('../../LICENSE', 'LICENSE'),
})
