import { spawn } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runNode, runNpm } from './run.mjs'

/** Installs the tarballs into an empty folder outside the repository. */
export async function install(folder, tarballs) {
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  )
  const files = tarballs.map(({ tarball }) => tarball)
  await runNpm(
    [
      'install',
      '--prefer-offline',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--install-links',
      ...files,
    ],
    { cwd: folder, env: withoutNpmConfig() },
  )
}

/** The folder stands for somebody else's machine: settings of `npm run` in this repository do not reach it. */
export function withoutNpmConfig() {
  const own =
    /^npm_(config_(?!registry|cache|userconfig|globalconfig|cafile|https?_proxy|proxy|noproxy)|package_|lifecycle_)/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)))
}

/** The drop-in for kafkajs has the default export that a CommonJS module has in ES modules, for that is how many import kafkajs. */
const withDefault = ['@sluice/kafkajs']

/** Each entry point can be imported and required, and both give the same names. */
export async function checkImportAndRequire(folder, specifier) {
  const hasDefault = withDefault.includes(specifier)
  const script = `
    import { createRequire } from 'node:module'
    const imported = await import(${JSON.stringify(specifier)})
    const required = createRequire(import.meta.url)(${JSON.stringify(specifier)})
    const names = (module) => Object.keys(module).filter((name) => name !== 'module.exports' && !(${hasDefault} && name === 'default')).sort().join(' ')
    if (names(imported) !== names(required)) throw new Error('import gives ' + names(imported) + '\\nrequire gives ' + names(required))
    if (names(imported) === '') throw new Error('it exports nothing')
    if (('default' in imported) !== ${hasDefault}) throw new Error('default export: ' + ('default' in imported))
    if (${hasDefault} && imported.default !== required) throw new Error('the default export is another module')`
  await evaluate(folder, script)
}

/** An error of one copy of the package is a KafkaError to any other copy. */
export async function checkErrorsAcrossCopies(folder) {
  const script = `
    import { createRequire } from 'node:module'
    import { KafkaError as Imported } from '@sluice/protocol'
    const { KafkaError: Required } = createRequire(import.meta.url)('@sluice/protocol')
    if (Imported === Required) throw new Error('this checks nothing: both are the same class')
    const verdicts = [
      new Imported('DELIVERY_TIMEOUT') instanceof Required,
      new Required('DELIVERY_TIMEOUT') instanceof Imported,
      new Required('DELIVERY_TIMEOUT') instanceof Error,
      !(new Error('DELIVERY_TIMEOUT') instanceof Imported),
      !(Object.create(null) instanceof Imported),
      !(null instanceof Imported),
    ]
    if (verdicts.includes(false)) throw new Error('verdicts: ' + verdicts)`
  await evaluate(folder, script)
}

function evaluate(folder, script) {
  return runNode(['--input-type=module', '--eval', script], { cwd: folder, timeoutMs: 30_000 })
}

/**
 * Starts an embedded cluster from its tarball in a process of its own.
 * @returns the address of a broker, and how to end the process.
 */
export async function startCluster(folder) {
  const script = `
    import { createEmbeddedCluster } from '@sluice/embedded-broker'
    import { lz4 } from '@sluice/codec-lz4'
    import { snappy } from '@sluice/codec-snappy'
    import { gzip } from '@sluice/protocol/gzip'
    const cluster = await createEmbeddedCluster({ brokers: 3, codecs: [gzip(), snappy(), lz4()] })
    console.log([cluster.bootstrapServers].flat().join(',').split(',')[0])
    process.stdin.resume().on('end', async () => { await cluster.close(); process.exit() })`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += chunk))
  const address = await new Promise((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk).trim()))
    child.once('exit', () => reject(new Error(`the embedded cluster did not start\n${errors}`)))
  })
  return { address, stop: () => child.stdin.end() }
}

/** Stricter than most users are. */
export function compilerConfig(root, options, include) {
  return {
    compilerOptions: {
      target: 'ES2022',
      lib: ['ES2023'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      // To check the declarations as well takes twice as long. Two of the checks of resolutions do.
      skipLibCheck: true,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
      ...options,
    },
    include,
  }
}

export function runTsc(project) {
  return runNode([fileURLToPath(import.meta.resolve('typescript/lib/tsc.js')), '-p', project], {
    cwd: project,
  })
}

const moduleKinds = {
  esm: { type: 'module', options: { module: 'node16', moduleResolution: 'node16', outDir: 'out' } },
  cjs: {
    type: 'commonjs',
    options: { module: 'node16', moduleResolution: 'node16', outDir: 'out' },
  },
  bundler: {
    type: 'module',
    options: { module: 'esnext', moduleResolution: 'bundler', noEmit: true },
  },
}

/**
 * Type-checks the files of `sources` against the installed tarballs as an ES module, as CommonJS and
 * as bundlers see them, and compiles the first two into `esm/out` and `cjs/out`.
 */
export function typeChecks(root, folder, sources) {
  return Object.entries(moduleKinds).map(([kind, { type, options }]) => ({
    name: `TypeScript outside the repository compiles against the tarballs: ${kind}`,
    run: async () => {
      const project = join(folder, kind)
      cpSync(sources, project, { recursive: true })
      writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type }))
      const config = compilerConfig(root, options, ['*.ts'])
      writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(config))
      await runTsc(project)
    },
  }))
}
