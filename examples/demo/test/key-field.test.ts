import { expect, test } from 'vitest'
import { keyOf } from '../src/input/key-field.js'

test.each([
  ['text', '{"id":"o-1"}', 'o-1'],
  ['empty text', '{"id":""}', ''],
  ['a number', '{"id":17}', '17'],
  ['a boolean', '{"id":false}', 'false'],
  ['text behind a byte order mark', '\u{feff}{"id":"o-1"}', 'o-1'],
])('takes %s', (_, line, key) => {
  expect(keyOf(Buffer.from(line), 'id')).toBe(key)
})

test.each([
  ['no JSON', 'secret', 'is no JSON, which --key needs'],
  ['a list', '["secret"]', 'is no JSON object'],
  ['null', 'null', 'is no JSON object'],
  ['the field missing', '{"other":"secret"}', 'has no field "id"'],
  ['null in the field', '{"id":null,"other":"secret"}', 'has null in the field "id"'],
  ['an object in the field', '{"id":{"a":"secret"}}', 'has an object in the field "id"'],
  ['a list in the field', '{"id":["secret"]}', 'has a list in the field "id"'],
])('refuses %s, without its contents', (_, line, complaint) => {
  const take = (): string => keyOf(Buffer.from(line), 'id')
  expect(take).toThrow(complaint)
  expect(take).not.toThrow('secret')
})

test('a field that every object inherits is not there', () => {
  expect(() => keyOf(Buffer.from('{"id":1}'), 'toString')).toThrow('has no field "toString"')
})

test('bytes that are not UTF-8 are no JSON', () => {
  const line = Buffer.concat([Buffer.from('{"id":"'), Buffer.of(0xff), Buffer.from('"}')])
  expect(() => keyOf(line, 'id')).toThrow('is no JSON')
})
