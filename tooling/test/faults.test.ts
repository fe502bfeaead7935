import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')

const rows = read('docs/faults.md')
  .split('\n')
  .filter((line) => /^\| F\d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))

test('docs/faults.md has each fault once, in order', () => {
  const numbers = rows.map(([, row]) => Number(row!.slice(1)))
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
  expect(numbers.length).toBeGreaterThan(10)
})

test.each(rows)(
  '%s%s has a test of that name in each file that its row names, and an outcome',
  (_, row, __, tests, outcome) => {
    const files = [...tests.matchAll(/`([^`]+)`/g)].map(([, file]) => file!)
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) expect(read(file)).toMatch(new RegExp(`(['"\`]|// )${row}\\b`))
    expect(outcome).not.toBe('')
  },
)
