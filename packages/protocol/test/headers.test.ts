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
  [
    'a number as value',
    { a: 'x', b: 5 },
    'header 1 "b" is of type number; give a string, a Uint8Array or null',
  ],
  [
    'undefined as value',
    { a: undefined },
    'header 0 "a" is of type undefined; give a string, a Uint8Array or null',
  ],
  [
    'a nested array',
    { a: [['secret']] },
    'header 0 "a" is an array; give a string, a Uint8Array or null',
  ],
  [
    'an ArrayBuffer',
    [['a', new ArrayBuffer(1)]],
    'header 0 "a" is of type object; give a string, a Uint8Array or null',
  ],
  [
    'a name that forges a line',
    { 'a\nb': 5 },
    'header 0 "a?b" is of type number; give a string, a Uint8Array or null',
  ],
  [
    'a name that is no string',
    [[1, 'secret']],
    'the name of header 0 is of type number; give a string',
  ],
  ['a pair of three', [['a', 'b', 'secret']], 'header 0 is an array; give a pair: [name, value]'],
  ['a list of strings', ['secret'], 'header 0 is of type string; give a pair: [name, value]'],
  [
    'a string',
    'secret',
    'headers are of type string; give an object of names and values, or a list of pairs',
  ],
  ['null', null, 'headers are null; give an object of names and values, or a list of pairs'],
  [
    'a promise',
    Promise.resolve({ a: 'secret' }),
    'headers are a promise; await it, and give what it resolves to',
  ],
  [
    'a Date',
    new Date(),
    'headers are a Date without fields; give an object of names and values, or a list of pairs',
  ],
])(
  '%s is refused by its place, name and type, without showing the value',
  (_, headers, message) => {
    expect(() => flattenHeaders(headers as unknown as RecordHeaders)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: `INVALID_ARGUMENT: ${message}`,
      }),
    )
  },
)

test('headers over a limit are refused before all of them were read', () => {
  let read = 0
  function* endless(): Generator<[string, string]> {
    for (;;) yield [`h${read++}`, 'value']
  }
  expect(() => flattenHeaders(endless(), 1_000)).toThrow(/RECORD_TOO_LARGE: after \d+ headers/)
  expect(read).toBeLessThan(200)
  expect(flattenHeaders({ a: 'x'.repeat(100) }, 103)).toHaveLength(2)
})

test('a value whose length lies becomes bytes that tell the truth', () => {
  const lying = Object.defineProperty(Buffer.from('bytes'), 'length', { value: 50_000 })
  const [, value] = flattenHeaders({ a: lying })
  expect([value?.length, String(value)]).toEqual([5, '98,121,116,101,115'])
})
