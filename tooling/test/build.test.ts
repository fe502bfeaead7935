import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { decode } from '@jridgewell/sourcemap-codec'
import ts from 'typescript'
import { afterAll, describe, expect, test } from 'vitest'
import { blankComments } from '../build/blank-comments.js'
import { bothFormats } from '../build/both-formats.js'

/** Everything that a careless hand would break: templates, expressions like comments, signs in a row. */
const source = `/** The module's comment. */
import { basename as nameOf } from 'node:path'
import assert from 'node:assert/strict'
import * as os from 'node:os'
import { half } from './other.js'

/* A comment before */ const text = \`first line
  // second line, /* no comment */ \${nameOf('/a/b') /* one */}
\`
const pattern = /\\/\\/ [*] "no" string/g

// @__NO_SIDE_EFFECTS__
export function signs(a: number, b: number): number[] {
  return [a - -b, a + +b, a-- - b, a ? .5 : b, a / half(b) / 2] // signs
}
const hidden = /* @__PURE__ */ signs(1, 2)
export { hidden as shown, text }
export async function later(): Promise<unknown> {
  const { sep } = await import('node:path')
  return [sep, pattern.source, typeof os.EOL, typeof assert.equal]
}

export async function lazy(): Promise<number> {
  const { half } = await import('./other.js')
  return half(8)
}

export function address(): string {
  return import.meta.url
}

export function fail(): never {
  throw new Error(
    'here',
  )
}
`

const folder = mkdtempSync(join(tmpdir(), 'sluice-build-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const { esm, cjs, map } = bothFormats(...compiled(source))
write('other', bothFormats(...compiled('export const half = (value: number) => value / 2\n')))
write('module', { esm, cjs })
writeFileSync(join(folder, 'package.json'), '{"type":"module"}')

interface Exports {
  readonly shown: number[]
  readonly text: string
  signs(a: number, b: number): number[]
  later(): Promise<unknown>
  lazy(): Promise<number>
  address(): string
  fail(): never
}
const imported = (await import(pathToFileURL(join(folder, 'module.js')).href)) as Exports
const required = createRequire(import.meta.url)(join(folder, 'module.cjs')) as Exports

describe('the two formats of a module', () => {
  test('both do what the source says', async () => {
    for (const module of [imported, required]) {
      expect(Object.keys(module).toSorted()).toEqual([
        'address',
        'fail',
        'later',
        'lazy',
        'shown',
        'signs',
        'text',
      ])
      expect(module.text).toBe('first line\n  // second line, /* no comment */ b\n')
      expect(module.signs(3, 4)).toEqual([7, 7, -1, 0.5, 0.5])
      expect(module.shown).toEqual([3, 3, -1, 2, 0])
      expect(await module.later()).toEqual(['/', '\\/\\/ [*] "no" string', 'string', 'function'])
      expect(await module.lazy()).toBe(4)
    }
    const addressOf = (name: string): string => pathToFileURL(join(folder, name)).href
    expect([imported.address(), required.address()]).toEqual([
      addressOf('module.js'),
      addressOf('module.cjs'),
    ])
  })

  test('both have the same lines but for the first and the last ones, so that one map serves both, and CommonJS requires what is imported later and knows its own address', () => {
    const later = `import('./other.js')`
    expect(esm).toContain(later)
    expect(bodyOf(cjs)).toEqual(
      bodyOf(esm).map((line) =>
        line
          .replace(later, 'Promise.resolve(require("./other.cjs"))')
          .replace('import.meta.url', 'require("node:url").pathToFileURL(__filename).href'),
      ),
    )
    expect(bodyOf(esm).length).toBeGreaterThan(10)
  })

  test('the map leads from the place of an error to its line in the source', () => {
    for (const [file, module] of [
      ['module.js', imported],
      ['module.cjs', required],
    ] as const) {
      const [line, column] = placeOf(thrownBy(module.fail), file)
      const before = decode(map.mappings)[line]!.filter(([start]) => start <= column)
      expect(source.split('\n')[before.at(-1)![2]!]).toContain('throw new Error(')
    }
  })

  test('comments go, but what tells bundlers what they may leave out stays', () => {
    expect(esm).not.toMatch(/comment before|one|signs\s*$/m)
    expect(esm).toContain('/*@__PURE__*/signs(')
    expect(esm).toContain('/*@__NO_SIDE_EFFECTS__*/')
  })
})

test('a source without its comments has all code where it was', () => {
  const lines = source.split('\n')
  const blank = blankComments(source).split('\n')
  expect(blank).toHaveLength(lines.length)
  expect(blank[0]).toBe('')
  expect(blank[6]).toBe(`${' '.repeat('/* A comment before */'.length)} const text = \`first line`)
  expect(blank[7]).toBe(lines[7]!.replace('/* one */', '         '))
  expect(blank[13]).toBe(lines[13]!.replace(' // signs', ''))
  expect(blank.filter((line, index) => line === lines[index]).length).toBeGreaterThan(20)
})

function compiled(code: string): [code: string, map: string] {
  const { outputText, sourceMapText } = ts.transpileModule(code, {
    fileName: 'source.ts',
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      sourceMap: true,
    },
  })
  // The bundler writes one list of exports.
  const exported = [...outputText.matchAll(/^export (?:async )?(?:function|const) (\w+)/gm)]
  const bundled = `${outputText.replaceAll(/^export (?=async|function|const)/gm, '       ')}
export { ${exported.map(([, name]) => name).join(', ')} };`
  return [bundled, JSON.stringify({ sourcesContent: [code], ...JSON.parse(sourceMapText!) })]
}

function write(name: string, formats: { readonly esm: string; readonly cjs: string }): void {
  writeFileSync(join(folder, `${name}.js`), formats.esm)
  writeFileSync(join(folder, `${name}.cjs`), formats.cjs)
}

function bodyOf(code: string): string[] {
  return code.trimEnd().split('\n').slice(1, -1)
}

function thrownBy(run: () => never): Error {
  try {
    return run()
  } catch (error) {
    return error as Error
  }
}

/** Line and column of the first frame, both from 0. */
function placeOf({ stack }: Error, file: string): [line: number, column: number] {
  const [, line, column] = new RegExp(`${file}[^:]*:(\\d+):(\\d+)`).exec(stack!)!
  return [Number(line) - 1, Number(column) - 1]
}
