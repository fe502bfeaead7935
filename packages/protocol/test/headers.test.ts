import { expect, test } from 'vitest'
import { flattenHeaders, type RecordHeaders } from '../src/index.js'

const bytes = Uint8Array.from([1])

test('an object gives its own keys in order and repeats a name for each value of an array', () => {
  expect(flattenHeaders({ a: 'x', b: ['y', null, bytes], c: null, d: [] })).toEqual([
    'a',
    'x',
    'b',
    'y',
    'b',
    null,
    'b',
    bytes,
    'c',
    null,
  ])
})

test('lists of pairs, Maps and generators keep their order and their repeated names', () => {
  function* pairs(): Generator<[string, string]> {
    yield ['a', '1']
    yield ['a', '2']
  }
  const flat = ['a', '1', 'a', '2']
  expect(flattenHeaders([...pairs()])).toEqual(flat)
  expect(flattenHeaders(pairs())).toEqual(flat)
  expect(flattenHeaders(new Map([['a', bytes]]))).toEqual(['a', bytes])
})

test('inherited keys are no headers and names of Object.prototype are ordinary names', () => {
  const headers = Object.create({ inherited: 'x' }) as Record<string, string>
  headers['own'] = 'y'
  expect(flattenHeaders(headers)).toEqual(['own', 'y'])
  expect(flattenHeaders(JSON.parse('{"__proto__":"p","constructor":"c"}'))).toEqual([
    '__proto__',
    'p',
    'constructor',
    'c',
  ])
})

test.each([
  ['a number as value', { a: 'x', secret: 5 }, 'the value of header 1 cannot be of type number'],
  ['undefined as value', { a: undefined }, 'the value of header 0 cannot be of type undefined'],
  ['a nested array', { a: [['x']] }, 'the value of header 0 cannot be of type array'],
  ['an ArrayBuffer', { a: new ArrayBuffer(1) }, 'the value of header 0 cannot be of type object'],
  ['a name that is no string', [[1, 'x']], 'the name of header 0 cannot be of type number'],
  ['a pair of three', [['a', 'b', 'c']], 'header 0 cannot be of type array'],
  ['a list of strings', ['secret'], 'header 0 cannot be of type string'],
  ['a string', 'secret', 'headers cannot be of type string'],
  ['null', null, 'headers cannot be of type null'],
])('%s is refused without showing it', (_, headers, message) => {
  expect(() => flattenHeaders(headers as unknown as RecordHeaders)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', message: `INVALID_ARGUMENT: ${message}` }),
  )
})
