import { expect, test } from 'vitest'
import {
  booleanOption,
  describeValue,
  nearestName,
  numberOption,
  optionsOf,
  wholeOption,
} from '../src/index.js'

test.each([
  ['5', "the string '5'"],
  ['a\nb', "the string 'a?b'"],
  [5n, 'the bigint 5n'],
  [5, '5'],
  [Number.NaN, 'NaN'],
  [undefined, 'undefined'],
  [true, 'true'],
  [null, 'null'],
  [[1], 'an array'],
  [{ a: 1 }, 'of type object'],
  [Object.create(null), 'of type object'],
  [() => 1, 'of type function'],
  [Symbol('s'), 'of type symbol'],
])('an error about an option tells %o with its type', (value, text) => {
  expect(describeValue(value)).toBe(text)
})

test('text that is too long is cut', () => {
  expect(describeValue('x'.repeat(1_000)).length).toBeLessThan(80)
})

test.each([
  ['5', "ms is the string '5'; give a whole number from 0 to 9"],
  [5n, 'ms is the bigint 5n; give a whole number from 0 to 9'],
  [1.5, 'ms is 1.5; give'],
  [-1, 'ms is -1; give'],
  [10, 'ms is 10; give'],
  [Infinity, 'ms is Infinity; give'],
  [Number.NaN, 'ms is NaN; give'],
  [null, 'ms is null; give'],
  [[5], 'ms is an array; give'],
  [new Date(5), 'ms is of type object; give'],
])('an option that counts refuses %o', (value, message) => {
  const check = (): number => wholeOption('ms', value, 0, 9)
  expect(check).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }))
  expect(check).toThrow(message)
})

test('a number option takes fractions within its range, and an option that counts takes its ends', () => {
  expect(numberOption('ms', 1.5, 0, 9)).toBe(1.5)
  expect([wholeOption('ms', 0, 0, 9), wholeOption('ms', 9, 0, 9)]).toEqual([0, 9])
  expect(() => numberOption('ms', '1.5', 0, 9)).toThrow(
    "ms is the string '1.5'; give a number from 0 to 9",
  )
})

test.each([['false'], [0], [1], [null], ['']])('a boolean option refuses %o', (value) => {
  expect(() => booleanOption('on', value)).toThrow(/INVALID_OPTION: on is .*; give true or false/)
})

test('the options of a plug-in are an object with known names', () => {
  const options = { level: 1 }
  const names = ['level', 'rack']
  expect(optionsOf('gzip', options, names)).toBe(options)
  expect(() => optionsOf('gzip', 9 as never, names)).toThrow(
    'INVALID_OPTION: the argument of gzip is 9; give { level, rack }',
  )
  expect(() => optionsOf('gzip', { lvel: 1 }, names)).toThrow(
    'INVALID_OPTION: gzip has no option lvel; did you mean level?',
  )
  expect(() => optionsOf('gzip', { quality: 1 }, names)).toThrow(/no option quality$/)
})

test.each([
  ['lingrMs', 'lingerMs'],
  ['LINGER_MS', 'lingerMs'],
  ['linegrMs', 'lingerMs'],
  ['partitoner', 'partitioner'],
  ['ke', 'key'],
  ['k', undefined],
  ['something', undefined],
  ['', undefined],
  ['lingerMs'.repeat(9_999), undefined],
])('the name nearest to %.20s is %s', (name, nearest) => {
  expect(nearestName(name, ['key', 'lingerMs', 'partitioner'])).toBe(nearest)
})
