import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly exports: Record<string, unknown>
  readonly dependencies?: Record<string, string>
  readonly [field: string]: unknown
}

const packages = fileURLToPath(new URL('../../packages/', import.meta.url))
const manifests = readdirSync(packages)
  .filter((folder) => existsSync(join(packages, folder, 'package.json')))
  .map((folder) => ({ folder, manifest: readJson(folder, 'package.json') as Manifest }))
  .filter(({ manifest }) => manifest.private !== true)

/** The drop-in has the layout and the version of kafkajs, by which agents find it. */
const ofFamily = manifests.filter(({ folder }) => folder !== 'kafkajs')

describe.each(ofFamily)('$folder', ({ folder, manifest }) => {
  const entries = Object.entries(manifest.exports).filter(([path]) => path !== './package.json')
  const sources = entries.map(([path]) => `src/${path === '.' ? 'index' : path.slice(2)}.ts`)

  test('every entry point has its source, ES module, CommonJS and types of both, in that order', () => {
    expect(entries.map(([, target]) => JSON.stringify(target))).toEqual(
      sources.map((source) => JSON.stringify(targetOf(source))),
    )
    expect(manifest.exports['./package.json']).toBe('./package.json')
  })

  test('TypeScript finds the types of every entry point where it does not read `exports`', () => {
    const subpaths = entries.map(([path]) => path).filter((path) => path !== '.')
    const types = subpaths.map((path) => [path.slice(2), [`./dist/${path.slice(2)}.d.cts`]])
    expect(manifest).toMatchObject({ main: './dist/index.cjs', types: './dist/index.d.cts' })
    expect(manifest['typesVersions']).toEqual(
      types.length === 0 ? undefined : { '*': Object.fromEntries(types) },
    )
  })

  test('the API documentation covers every entry point', () => {
    const { entryPoints } = readJson(folder, 'typedoc.json') as { entryPoints: string[] }
    expect(entryPoints.toSorted()).toEqual(sources.toSorted())
  })

  test('the manifest says what all manifests of the family say', () => {
    expect(manifest).toMatchObject({
      name: `@sluice/${folder}`,
      version: ofFamily[0]!.manifest.version,
      license: 'Apache-2.0',
      type: 'module',
      sideEffects: false,
      files: ['dist'],
      engines: { node: '>=20.19' },
      scripts: { build: 'tsup --config ../../tsup.config.ts' },
    })
  })

  test('packages of the family are required at their own version', () => {
    const family = Object.entries(manifest.dependencies ?? {}).filter(([name]) =>
      name.startsWith('@sluice/'),
    )
    expect(family).toEqual(family.map(([name]) => [name, `^${manifest.version}`]))
  })

  test('what is exported is named: no `export *`, so a change of the API shows in the diff', () => {
    const files = readdirSync(join(packages, folder, 'src'), { recursive: true, encoding: 'utf8' })
    const starred = files
      .filter((file) => file.endsWith('.ts'))
      .filter((file) =>
        /^export \*/m.test(readFileSync(join(packages, folder, 'src', file), 'utf8')),
      )
    expect(starred).toEqual([])
  })
})

test('the drop-in for kafkajs requires packages of the family at their version', () => {
  const { dependencies = {} } = readJson('kafkajs', 'package.json') as Manifest
  const family = Object.entries(dependencies).filter(([name]) => name.startsWith('@sluice/'))
  expect(family).toEqual(family.map(([name]) => [name, `^${ofFamily[0]!.manifest.version}`]))
  expect(family).not.toEqual([])
})

function readJson(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(packages, ...path), 'utf8'))
}

function targetOf(source: string): object {
  const built = source.replace('src/', './dist/').replace('.ts', '')
  return {
    '@sluice/source': `./${source}`,
    import: { types: `${built}.d.ts`, default: `${built}.js` },
    require: { types: `${built}.d.cts`, default: `${built}.cjs` },
  }
}
