import { expect, test } from 'vitest'
import { RepeatedTroubles } from '../src/index.js'

/** What is told of troubles that come one a millisecond. */
function toldOf(troubles: readonly string[]): (string | null)[] {
  const repeated = new RepeatedTroubles()
  return troubles.map((trouble, ms) => repeated.again(trouble, ms)).filter((told) => told !== null)
}

test('a trouble that comes a thousand times is told four times, with the count', () => {
  const troubles = Array.from({ length: 1_000 }, (_, offset) => `Offset ${offset} is strange.`)
  expect(toldOf(troubles)).toEqual([
    'Offset 0 is strange.',
    'Offset 9 is strange. (10 times)',
    'Offset 99 is strange. (100 times)',
    'Offset 999 is strange. (1000 times)',
  ])
})

test('troubles that take turns are counted apart', () => {
  expect(toldOf(['a', 'b', 'a', 'b', 'a'])).toEqual(['a', 'b'])
})

test('ten thousand troubles with a text of their own come to few lines', () => {
  const letters = (at: number): string =>
    String(at).replaceAll(/\d/g, (digit) => 'abcdefghij'[+digit]!)
  const texts = Array.from({ length: 10_000 }, (_, at) => letters(at))
  const told = toldOf(texts)
  expect(told).toHaveLength(16 + 4)
  expect(told.at(-1)).toMatch(/\(1000 other troubles\)$/)
})

test('a trouble that comes back after a minute is told as a new one', () => {
  const repeated = new RepeatedTroubles()
  expect(repeated.again('a', 0)).toBe('a')
  expect(repeated.again('a', 59_999)).toBeNull()
  expect(repeated.again('a', 119_998)).toBeNull()
  expect(repeated.again('a', 179_998)).toBe('a')
})
