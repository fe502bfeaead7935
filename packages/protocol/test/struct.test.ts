import { expect, test } from 'vitest'
import { ByteReader, ByteWriter } from '../src/index.js'
import { between, from, message, skipTags, struct, tagged, until } from '../src/schema/struct.js'
import { arrayOf, int16, int32, int8, nullable, records, string } from '../src/schema/wire-type.js'
import type { InputOf, WireType } from '../src/schema/wire-type.js'

/** Hexadecimal digits in groups, for the reader's sake. */
const hex = (groups: string) => groups.replaceAll(' ', '')

const malformed = expect.objectContaining({ code: 'MALFORMED_RESPONSE' })

const shape = message(() => ({
  id: int8,
  old: until(1, int8, -1),
  middle: between(1, 2, int8, -2),
  name: nullable(string, 2),
  late: from(3, int8),
  leader: tagged(1, 2, struct({ node: from(0, int32, -1) })),
  note: tagged(0, 3, string),
}))

function write<T extends WireType<unknown, never>>(
  type: T,
  value: InputOf<T>,
  version: number,
  flexible = version >= 2,
): string {
  const writer = new ByteWriter()
  type.write(writer, value as never, version, flexible)
  return Buffer.concat(writer.finish()).toString('hex')
}

function read<Value>(
  type: WireType<Value, never>,
  bytes: string,
  version: number,
  flexible = version >= 2,
): Value {
  const reader = new ByteReader(Buffer.from(hex(bytes), 'hex'))
  const value = type.read(reader, version, flexible)
  expect(reader.remaining).toBe(0)
  return value
}

test('a version has the fields of its range, in order, and no others', () => {
  const value = { id: 1, old: 2, middle: 3, name: 'n', late: 4 }
  expect(write(shape, value, 0)).toBe(hex('0102 00016e'))
  expect(write(shape, value, 1)).toBe(hex('010203 00016e'))
  expect(write(shape, value, 2)).toBe(hex('0103 026e 00'))
  expect(write(shape, value, 3)).toBe(hex('01 026e 04 00'))
})

test('reading gives every field, those that the version lacks with their default', () => {
  const defaults = { old: -1, middle: -2, late: 0, leader: { node: -1 }, note: '' }
  expect(read(shape, '0102 00016e', 0)).toEqual({ ...defaults, id: 1, old: 2, name: 'n' })
  expect(read(shape, '01 026e 04 00', 3)).toEqual({
    ...defaults,
    id: 1,
    name: 'n',
    late: 4,
  })
})

test('a default that is read is the same for all, so nobody can change it', () => {
  const first = read(shape, '0102 00016e', 0)
  expect(() => (first.leader.node = 99)).toThrow(TypeError)
  expect(read(shape, '0102 00016e', 0).leader).toEqual({ node: -1 })
})

test('a field with a range that is left out is written with its default', () => {
  expect(write(shape, { id: 1, name: 'n' }, 1)).toBe(hex('01fffe 00016e'))
})

test('null is refused before the version that allows it', () => {
  const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' })
  expect(() => write(shape, { id: 1, name: null }, 1)).toThrow(refused)
  expect(write(shape, { id: 1, name: null }, 2)).toBe(hex('01fe 00 00'))
  expect(() => read(shape, '010203 ffff', 1)).toThrow(malformed)
  expect(read(shape, '0103 00 00', 2).name).toBeNull()
})

test('tagged fields are written only where they differ from their default, in order of their tags', () => {
  const value = { id: 1, name: 'n', late: 4 }
  const placed = '01 026e 04'
  expect(write(shape, { ...value, leader: { node: -1 }, note: '' }, 3)).toBe(hex(placed + '00'))
  expect(write(shape, { ...value, leader: { node: 5 }, note: 'x' }, 3)).toBe(
    hex(placed + '02 00 02 0278 01 05 00000005 00'),
  )
  expect(write(shape, { ...value, note: 'x' }, 2)).toBe(hex('01fe 026e 00'))
})

test('tagged fields that are unknown, also in this version, are passed over', () => {
  const placed = '01 026e 04'
  const unknown = '02 01 05 00000005 00 07 03 abcdef'
  expect(read(shape, placed + unknown, 3).leader).toEqual({ node: 5 })
  const noteTooEarly = '01 00 02 0278'
  expect(read(shape, '0103 026e' + noteTooEarly, 2).note).toBe('')
})

test.each([
  ['a count that cannot be', '81 00 00'],
  ['a count of 2^32 - 1', 'ffffffff0f'],
  ['a size over what is left', '01 07 09 00'],
  ['a known field that does not fit in its size', '01 00 01 0278'],
  ['a field that is there twice', '02 07 00 07 00'],
  ['fields out of order', '02 07 00 06 00'],
])('a section of tagged fields with %s is malformed', (_, tags) => {
  expect(() => read(shape, '01 026e 04' + tags, 3)).toThrow(malformed)
  if (!tags.endsWith('0278')) {
    expect(() => skipTags(new ByteReader(Buffer.from(hex(tags), 'hex')))).toThrow(malformed)
  }
})

test('the number of tagged fields is believed only as far as there are bytes for them', () => {
  expect(() => skipTags(new ByteReader(Buffer.from(hex('ffffffff0f 07 00'), 'hex')))).toThrow(
    /4294967295 items announced/,
  )
})

test('an array whose items cannot be there is refused before the first is read', () => {
  let reads = 0
  const counting: typeof int16 = { ...int16, read: (reader) => (reads++, reader.int16()) }
  expect(() => read(arrayOf(counting), '00000003 00010002', 0)).toThrow(malformed)
  expect(() => read(arrayOf(counting), '7fffffff 00010002', 0)).toThrow(malformed)
  expect(() => read(arrayOf(counting), 'ffffffff0f 00010002', 2)).toThrow(malformed)
  expect(reads).toBe(0)
  expect(read(arrayOf(counting), '00000002 00010002', 0)).toEqual([1, 2])
  expect(() => read(arrayOf(shape), '00000002 0102 000000', 0)).toThrow(malformed)
})

test('a null array is read where it is allowed and refused elsewhere', () => {
  expect(read(nullable(arrayOf(int16)), 'ffffffff', 0)).toBeNull()
  expect(read(nullable(arrayOf(int16)), '00', 2)).toBeNull()
  expect(() => read(arrayOf(int16), 'ffffffff', 0)).toThrow(malformed)
  expect(write(nullable(arrayOf(int16)), null, 0)).toBe(hex('ffffffff'))
  expect(write(nullable(arrayOf(int16)), null, 2)).toBe(hex('00'))
})

test('records are written from chunks without a copy and read as one view', () => {
  const chunks = [Uint8Array.from([1, 2]), Uint8Array.from([3])]
  const writer = new ByteWriter()
  records.write(writer, chunks, 0, false)
  const written = writer.finish()
  expect(written.slice(1)).toEqual(chunks)
  expect(written[1]).toBe(chunks[0])
  expect(write(records, chunks, 9, true)).toBe(hex('04 010203'))
  expect(read(records, '04 010203', 9).map((view) => [...view])).toEqual([[1, 2, 3]])
  expect(read(nullable(records), 'ffffffff', 0)).toBeNull()
  expect(write(nullable(records), null, 0)).toBe(hex('ffffffff'))
})
