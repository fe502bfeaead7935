import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { apiReports } from '../api-report/api-reports.js'
import { differencesOf } from '../api-report/differences.js'

/** A package whose second entry point exports a name of the first one again. */
const before = {
  'index.ts': `
    import type { Hidden } from './hidden.js'
    export { older as renamed } from './older.js'
    /** How many. */
    export const limit = 5
    export interface Options { readonly size?: number; readonly hidden?: Hidden }
    export function make(options: Options): string { return String(options.size ?? limit) }`,
  'more.ts': `
    export { make } from './index.js'
    export class Thing { #secret = 1; get value() { return this.#secret } }`,
  'older.ts': `export function older(): void {}`,
  'hidden.ts': `export type Hidden = 'yes' | 'no'`,
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-api-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const manifest = {
  name: '@sluice/thing',
  type: 'module',
  exports: {
    '.': { '@sluice/source': './src/index.ts' },
    './more': { '@sluice/source': './src/more.ts' },
    './package.json': './package.json',
  },
}
const edits = {
  nothing: {},
  comments: { 'index.ts': before['index.ts'].replace('How many.', 'The most.') },
  added: { 'more.ts': `${before['more.ts']}\nexport const other = 1` },
  removed: { 'index.ts': before['index.ts'].replace('export const', 'const') },
  parameter: { 'index.ts': before['index.ts'].replace('options: Options', 'options?: Options') },
  inferred: { 'index.ts': before['index.ts'].replace('limit = 5', 'limit = 6') },
  member: { 'more.ts': before['more.ts'].replace('value()', 'values()') },
  apart: {
    'older.ts': `${before['older.ts']}\nexport const { first, second } = { first: 1, second: '2' }`,
    'more.ts': `${before['more.ts']}\nexport { first, second } from './older.js'`,
  },
  hidden: { 'hidden.ts': `export type Hidden = 'yes' | 'no' | 'perhaps'` },
  elsewhere: { 'older.ts': `export function older(): number { return 1 }` },
}
const [reference, ...reports] = apiReports([
  packageOf('before', {}),
  ...Object.entries(edits).map(([name, files]) => packageOf(name, files)),
])
const changesOf = (edit: keyof typeof edits): string[] =>
  differencesOf(reference!, reports[Object.keys(edits).indexOf(edit)]!).map(
    ({ kind, what }) => `${kind} ${what}`,
  )

test('an API report holds each export of each entry point as it is declared, without comments', () => {
  expect(reference).toBe(`# API of @sluice/thing

Written by \`npm run api:update\`; \`npm run check:api\` compares.

## @sluice/thing

\`\`\`ts
export interface Options {
  readonly size?: number;
  readonly hidden?: Hidden;
}

export const limit = 5;

export function make(options: Options): string;

export function older(): void;
export { older as renamed }
\`\`\`

## @sluice/thing/more

\`\`\`ts
export class Thing {
  #private;
  get value(): number;
}

export { make } from '@sluice/thing'
\`\`\`

## not exported, but part of what is

\`\`\`ts
type Hidden = 'yes' | 'no';
\`\`\`
`)
})

test('an API report stays the same where only comments or nothing changed', () => {
  expect([changesOf('nothing'), changesOf('comments')]).toEqual([[], []])
})

test('an export that was added or removed fails the comparison of API reports', () => {
  expect(changesOf('added')).toEqual(['added @sluice/thing/more: other'])
  expect(changesOf('removed')).toEqual(['removed @sluice/thing: limit'])
})

test('an export that was changed fails the comparison of API reports', () => {
  expect(changesOf('parameter')).toEqual(['changed @sluice/thing: make'])
  expect(changesOf('inferred')).toEqual(['changed @sluice/thing: limit'])
  expect(changesOf('member')).toEqual(['changed @sluice/thing/more: Thing'])
  expect(changesOf('elsewhere')).toEqual(['changed @sluice/thing: older'])
})

test('of an object that is taken apart each constant is declared by itself', () => {
  const report = reports[Object.keys(edits).indexOf('apart')]!
  expect(report).toContain('export const first: number;\n\n')
  expect(report).toContain('export const second: string;\n')
})

test('a change of a type that is not exported but part of an export fails the comparison of API reports', () => {
  expect(changesOf('hidden')).toEqual(['changed not exported, but part of what is: Hidden'])
})

function packageOf(name: string, changed: Partial<typeof before>): string {
  const path = join(folder, name)
  mkdirSync(join(path, 'src'), { recursive: true })
  writeFileSync(join(path, 'package.json'), JSON.stringify(manifest))
  for (const [file, code] of Object.entries({ ...before, ...changed }))
    writeFileSync(join(path, 'src', file), code)
  return path
}
