import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withoutNpmConfig } from '../../check-packages/consumer.mjs'
import { run, runNode, runNpm } from '../../check-packages/run.mjs'
import { toolFile } from '../installed-tools.mjs'

const programs = fileURLToPath(new URL('programs', import.meta.url))

const alias = 'npm:@sluice/kafkajs@^2.3.0'
const direct = { kafkajs: alias }
const original = { kafkajs: '^2.2.4' }

/**
 * How each package manager is told that every kafkajs is the drop-in. What stands in package.json beside it, what other file says it, how it
 * installs, and how a program is run.
 */
export const packageManagers = {
  'npm, an alias and overrides': {
    manifest: { dependencies: direct, overrides: { kafkajs: alias } },
    install: npm,
  },
  'npm, overrides of a package that is used': {
    manifest: { dependencies: {}, overrides: { kafkajs: alias } },
    install: npm,
  },
  'pnpm, overrides in package.json': {
    manifest: { dependencies: original, pnpm: { overrides: { kafkajs: alias } } },
    install: pnpm,
  },
  'pnpm, overrides in pnpm-workspace.yaml': {
    manifest: { dependencies: original },
    files: { 'pnpm-workspace.yaml': `overrides:\n  kafkajs: ${alias}\n` },
    install: pnpm,
  },
  'yarn 1, an alias and resolutions': {
    manifest: { dependencies: direct, resolutions: { kafkajs: alias } },
    install: yarn1,
  },
  'yarn 4, resolutions': {
    manifest: { dependencies: original, resolutions: { kafkajs: alias } },
    files: { '.yarnrc.yml': 'nodeLinker: node-modules\n' },
    install: yarn4,
  },
  "yarn 4, resolutions, Plug'n'Play": {
    manifest: { dependencies: original, resolutions: { kafkajs: alias } },
    files: { '.yarnrc.yml': 'nodeLinker: pnp\n' },
    install: yarn4,
    flags: ['-r', './.pnp.cjs'],
  },
}

/** Installs a project by one of them. @returns what the program `resolved.cjs` prints there */
export async function resolvedBy({ manifest, files = {}, install, flags = [] }, setting) {
  const { folder, address } = setting
  mkdirSync(folder, { recursive: true })
  const { dependencies, ...others } = manifest
  const all = { ...dependencies, '@sluice/uses-kafkajs': '1.0.0' }
  write(folder, 'package.json', JSON.stringify({ private: true, dependencies: all, ...others }))
  for (const [name, text] of Object.entries(files)) write(folder, name, text)
  copyFileSync(join(programs, 'resolved.cjs'), join(folder, 'resolved.cjs'))
  await install(setting)
  const env = { ...process.env, SLUICE_ADDRESS: address, KAFKAJS_NO_PARTITIONER_WARNING: '1' }
  const output = await run(process.execPath, [...flags, 'resolved.cjs'], { cwd: folder, env })
  return JSON.parse(output.trim().split('\n').at(-1))
}

function write(folder, name, text) {
  writeFileSync(join(folder, name), text, { flag: 'a' })
}

/** Each has its store in the folder: what was installed before is no answer. */
const optionsOf = (folder) => ({ cwd: folder, env: withoutNpmConfig(), timeoutMs: 300_000 })

async function npm({ folder, scope }) {
  write(folder, '.npmrc', `@sluice:registry=${scope}\nfund=false\naudit=false\n`)
  await runNpm(['install', '--ignore-scripts', '--prefer-offline'], optionsOf(folder))
}

async function pnpm({ folder, scope, registry }) {
  write(folder, '.npmrc', `@sluice:registry=${scope}\nregistry=${registry}\n`)
  const options = ['--ignore-scripts', '--no-frozen-lockfile', '--store-dir', join(folder, 'store')]
  await runNode([toolFile('pnpm/bin/pnpm.cjs'), 'install', ...options], optionsOf(folder))
}

async function yarn1({ folder, scope, registry }) {
  write(folder, '.npmrc', `@sluice:registry=${scope}\nregistry=${registry}\n`)
  write(folder, '.yarnrc', `registry "${registry}"\n`)
  const options = ['--non-interactive', '--ignore-scripts', '--cache-folder', join(folder, 'cache')]
  await runNode([toolFile('yarn/bin/yarn.js'), 'install', ...options], optionsOf(folder))
}

async function yarn4({ folder, scope, registry }) {
  const settings = [
    `npmRegistryServer: "${registry}"`,
    `npmScopes: { sluice: { npmRegistryServer: "${scope}" } }`,
    'unsafeHttpWhitelist: ["127.0.0.1"]',
    'enableTelemetry: false',
    'enableScripts: false',
    'enableImmutableInstalls: false',
    `globalFolder: "${join(folder, 'yarn')}"`,
  ]
  write(folder, '.yarnrc.yml', `${settings.join('\n')}\n`)
  // Without a lock file of its own the folder would count as a part of a project above it.
  write(folder, 'yarn.lock', '')
  await runNode([toolFile('@yarnpkg/cli-dist/bin/yarn.js'), 'install'], optionsOf(folder))
}
