import { readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { importCircles } from '../structure/import-circles.js'
import { parseSource, sourceFiles } from '../structure/source-files.js'

/** The limits that CONTRIBUTING.md names. */
const most = { lines: 300, linesOfNineInTen: 160, filesOfAFolder: 16 }

const root = fileURLToPath(new URL('../../packages/', import.meta.url))
const packages = readdirSync(root)
  .toSorted()
  .map((name) => ({ name, files: sourceFiles(join(root, name, 'src')) }))

describe.each(packages)('the source of $name', ({ files }) => {
  test(`no file has more than ${most.lines} lines`, () => {
    const long = files.filter(({ lines }) => lines > most.lines)
    expect(long.map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([])
  })

  test(`no folder holds more than ${most.filesOfAFolder} files`, () => {
    const folders = files.map(({ path }) => posix.dirname(path))
    const counts = [...new Set(folders)].map((folder) => ({
      folder,
      count: folders.filter((one) => one === folder).length,
    }))
    const full = counts.filter(({ count }) => count > most.filesOfAFolder)
    expect(full.map(({ folder, count }) => `${folder}: ${count} files`)).toEqual([])
  })

  test('the files and folders of each folder import each other in one direction only', () => {
    expect(importCircles(files)).toEqual([])
  })
})

test(`nine of ten source files have up to ${most.linesOfNineInTen} lines`, () => {
  const lengths = packages.flatMap(({ files }) => files.map(({ lines }) => lines))
  const inOrder = lengths.toSorted((a, b) => a - b)
  expect(inOrder[Math.ceil(inOrder.length * 0.9) - 1]).toBeLessThanOrEqual(most.linesOfNineInTen)
})

describe('an import circle', () => {
  test('is found between two files, and types count as much as code', () => {
    const circle = importCircles([
      parseSource('inner/a.ts', `import { b } from './b.js'`),
      parseSource('inner/b.ts', `import type { A } from './a.js'`),
      parseSource('inner/c.ts', `import { a } from './a.js'`),
    ])
    expect(circle).toEqual([
      'inner/a.ts → inner/b.ts: inner/a.ts imports inner/b.ts',
      'inner/b.ts → inner/a.ts: inner/b.ts imports inner/a.ts',
    ])
  })

  test('is found where a file of a folder imports from the file that joins the folder', () => {
    const circle = importCircles([
      parseSource('join.ts', `import { part } from './parts/part.js'`),
      parseSource('parts/part.ts', `export const part = 1`),
      parseSource('parts/other.ts', `export type { Joined } from '../join.js'`),
    ])
    expect(circle).toEqual([
      'join.ts → parts/: join.ts imports parts/part.ts',
      'parts/ → join.ts: parts/other.ts imports join.ts',
    ])
  })

  test('is found between folders, at any depth', () => {
    const circle = importCircles([
      parseSource('deep/one/a.ts', `import { b } from '../two/b.js'`),
      parseSource('deep/two/b.ts', `export const b = 1`),
      parseSource('deep/two/c.ts', `export const c = import('../one/a.js')`),
    ])
    expect(circle).toEqual([
      'deep/one/ → deep/two/: deep/one/a.ts imports deep/two/b.ts',
      'deep/two/ → deep/one/: deep/two/c.ts imports deep/one/a.ts',
    ])
  })

  test('is none where a contract stands at the door and another file joins the folder', () => {
    const files = [
      parseSource('contract.ts', ''),
      parseSource('join.ts', `import { part } from './parts/part.js'`),
      parseSource('parts/part.ts', `import type { Contract } from '../contract.js'`),
      parseSource('index.ts', `export { join } from './join.js'\nexport {} from './contract.js'`),
    ]
    expect(importCircles(files)).toEqual([])
  })
})
