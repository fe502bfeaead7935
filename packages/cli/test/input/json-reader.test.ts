import { expect, test } from 'vitest'
import type { FieldNames } from '../../src/input/fields.js'
import { jsonReader } from '../../src/input/json-reader.js'

function read(line: string | Buffer, names: Partial<FieldNames> = {}, crlf = false) {
  const shape = { base: { topic: 'orders' }, names: { headers: [], ...names }, crlf }
  const { topic: _, value, ...rest } = jsonReader(shape)(Buffer.from(line))!
  return { ...rest, value: value instanceof Uint8Array ? Buffer.from(value).toString() : value }
}

test('a line is the value as it stands there, byte by byte', () => {
  const line = '{ "n": 12345678901234567890, "n": 1e2, "é": "\\u00e9" }'
  expect(read(line)).toEqual({ value: line })
  expect(read(line.replace(', "n": 1e2', ''), { key: 'n' })).toEqual({
    key: '12345678901234567890',
    value: line.replace(', "n": 1e2', ''),
  })
  expect(read('{}\r', {}, true)).toEqual({ value: '{}' })
})

test('fields of objects in objects become key, partition, time, headers and value', () => {
  const line = '{"order":{"id":17,"at":1700000000000,"open":true},"trace":null,"p":"3"}'
  const names: FieldNames = {
    key: 'order.id',
    value: 'order',
    partition: 'p',
    timestamp: 'order.at',
    headers: [
      ['trace', 'trace'],
      ['open', 'order.open'],
    ],
  }
  expect(read(line, names)).toEqual({
    key: '17',
    partition: 3,
    timestamp: 1_700_000_000_000,
    headers: [
      ['trace', null],
      ['open', 'true'],
    ],
    value: '{"id":17,"at":1700000000000,"open":true}',
  })
})

test('a value that is null is a tombstone, one that is text is that text', () => {
  expect(read('{"k":"a","v":null}', { key: 'k', value: 'v' })).toEqual({ key: 'a', value: null })
  expect(read('{"v":"text"}', { value: 'v' })).toEqual({ value: 'text' })
})

test('an object that is written anew keeps the digits of its numbers', () => {
  const line = '{"v":{"n":0.10000000000000000000001,"m":[1e400]}}'
  expect(read(line, { value: 'v' })).toEqual({
    value: '{"n":0.10000000000000000000001,"m":[1e400]}',
  })
})

test.each([
  ['{"k":', {}, 'is not JSON'],
  ['', {}, 'is not JSON'],
  ['{"k":1} {}', { key: 'k' }, 'is not JSON'],
  [Buffer.from([0x22, 0xff, 0x22]), {}, 'is not UTF-8'],
  ['{"k":{}}', { key: 'k' }, 'has a field k that is a list or an object; name a field of it'],
  ['{"k":{}}', { key: 'k.id' }, 'has no field k.id'],
  ['"text"', { key: 'length' }, 'has no field length'],
  ['{}', { value: 'toString' }, 'has no field toString'],
  ['{"p":1.5}', { partition: 'p' }, 'has a partition (p) that is no whole number from 0 up'],
  ['{"t":99999999999999999999}', { timestamp: 't' }, 'has a timestamp (t) that is no whole number'],
])('%s is refused, and the message does not repeat it', (line, names, message) => {
  expect(() => read(line, names)).toThrow(message)
})
