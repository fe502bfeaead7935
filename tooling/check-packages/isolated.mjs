import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compilerConfig, runTsc, withoutNpmConfig } from './consumer.mjs'
import { runNode, runNpm } from './run.mjs'

/**
 * Installs one package into an empty folder so that each package finds only what its own manifest names. npm's strategy
 * `linked` makes this layout, and so does pnpm.
 */
export async function installIsolated(folder, name, tarballs) {
  mkdirSync(folder)
  const fileOf = new Map(
    tarballs.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]),
  )
  const family = [...fileOf].filter(([other]) => other !== name)
  const manifest = {
    name: 'isolated',
    private: true,
    dependencies: { [name]: fileOf.get(name) },
    overrides: Object.fromEntries(family),
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  const options = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund']
  await runNpm(['install', '--install-strategy=linked', ...options], {
    cwd: folder,
    env: withoutNpmConfig(),
  })
}

/**
 * How TypeScript may find packages, with the format of the program. The declarations of each format are checked once, here, where a
 * declaration finds only the packages that its own package depends on.
 */
const resolutions = {
  // The default of TypeScript 5 for `module: commonjs`. It does not know the field `exports`.
  node10: { type: 'commonjs', module: 'commonjs', ignoreDeprecations: '6.0' },
  node16: { type: 'commonjs', module: 'node16', skipLibCheck: false },
  nodenext: { type: 'module', module: 'nodenext', skipLibCheck: false },
  bundler: { type: 'module', module: 'esnext' },
}

/** A check for each resolution: the program of `sources` compiles, and runs. */
export function resolutionChecks(root, folder, sources) {
  return Object.entries(resolutions).map(([resolution, { type, ...options }]) => ({
    name: `a program that installs @sluice/producer alone compiles and runs: ${resolution}`,
    run: async () => {
      const project = join(folder, resolution)
      cpSync(sources, project, { recursive: true })
      writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type }))
      const found = { moduleResolution: resolution, outDir: 'out', rootDir: '.', ...options }
      const config = compilerConfig(root, found, ['*.ts'])
      writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(config))
      await runTsc(project)
      await runNode([join(project, 'out/main.js')], { cwd: project, timeoutMs: 60_000 })
    },
  }))
}
