import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteReader, ByteWriter, KafkaError } from '../src/index.js'

const of = (...bytes: number[]) => new ByteReader(Uint8Array.from(bytes))
const malformed = expect.objectContaining({ code: 'MALFORMED_RESPONSE' })

/** Every method that reads, with the fewest arguments it takes. */
const reads: Record<string, (reader: ByteReader) => unknown> = {
  int8: (reader) => reader.int8(),
  bool: (reader) => reader.bool(),
  int16: (reader) => reader.int16(),
  int32: (reader) => reader.int32(),
  uint32: (reader) => reader.uint32(),
  int64: (reader) => reader.int64(),
  unsignedVarint: (reader) => reader.unsignedVarint(),
  varint: (reader) => reader.varint(),
  varlong: (reader) => reader.varlong(),
  uuid: (reader) => reader.uuid(),
  string: (reader) => reader.string(),
  nullableString: (reader) => reader.nullableString(),
  compactString: (reader) => reader.compactString(),
  compactNullableString: (reader) => reader.compactNullableString(),
  bytes: (reader) => reader.bytes(),
  nullableBytes: (reader) => reader.nullableBytes(),
  compactBytes: (reader) => reader.compactBytes(),
  compactNullableBytes: (reader) => reader.compactNullableBytes(),
  count: (reader) => reader.count(1),
  compactCount: (reader) => reader.compactCount(1),
}

test.each(Object.keys(reads))('%s of nothing is malformed', (name) => {
  expect(() => reads[name]!(of())).toThrow(malformed)
})

test.each(Object.keys(reads))('%s of any bytes gives a value or MALFORMED_RESPONSE', (name) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (input) => {
      const reader = new ByteReader(input)
      try {
        reads[name]!(reader)
        expect(reader.remaining).toBeGreaterThanOrEqual(0)
      } catch (error) {
        expect(error).toEqual(malformed)
      }
    }),
  )
})

test('an error says where and how much was missing', () => {
  const reader = of(0, 1, 2, 3)
  reader.int16()
  expect(() => reader.int32()).toThrow(
    new KafkaError('MALFORMED_RESPONSE', '4 bytes wanted, 2 left at byte 2 of 4'),
  )
})

test('a read that failed has moved nothing', () => {
  const reader = of(1, 2)
  expect(() => reader.int32()).toThrow(malformed)
  expect(reader.remaining).toBe(2)
  expect(reader.int16()).toBe(258)
})

test('it reads only between its offset and its end', () => {
  const reader = new ByteReader(Uint8Array.from([9, 1, 2, 9]), 1, 3)
  expect(reader.int16()).toBe(0x0102)
  expect(() => reader.int8()).toThrow(malformed)
  expect(new ByteReader(new Uint8Array(2), 0, 99).remaining).toBe(2)
})

test('a view into a larger buffer is read at its own place', () => {
  const bytes = Uint8Array.from([9, 9, 1, 2, 9]).subarray(2, 4)
  expect(new ByteReader(bytes).int16()).toBe(0x0102)
})

test('lengths that are negative or larger than what is left are refused', () => {
  expect(() => of(0xff, 0xfe, 1).string()).toThrow(malformed)
  expect(() => of(0xff, 0xfe, 1).nullableString()).toThrow(malformed)
  expect(() => of(0x7f, 0xff, 1).string()).toThrow(malformed)
  expect(() => of(0xff, 0xff, 0xff, 0xfe).nullableBytes()).toThrow(malformed)
  expect(() => of(0x7f, 0xff, 0xff, 0xff).bytes()).toThrow(malformed)
  expect(() => of(0xff, 0xff, 0xff, 0xff, 0x0f).compactBytes()).toThrow(malformed)
  expect(() => of().raw(-1)).toThrow(malformed)
  expect(() => of().raw(Number.NaN)).toThrow(malformed)
})

test('null is refused where a value must be and given where it may be', () => {
  expect(() => of(0xff, 0xff).string()).toThrow(malformed)
  expect(() => of(0).compactString()).toThrow(malformed)
  expect(() => of(0xff, 0xff, 0xff, 0xff).bytes()).toThrow(malformed)
  expect(() => of(0).compactBytes()).toThrow(malformed)
  expect(of(0xff, 0xff).nullableString()).toBeNull()
  expect(of(0).compactNullableString()).toBeNull()
  expect(of(0xff, 0xff, 0xff, 0xff).nullableBytes()).toBeNull()
  expect(of(0).compactNullableBytes()).toBeNull()
})

test('a count is refused when its items cannot be there', () => {
  expect(of(0, 0, 0, 2, 7, 7, 7, 7).count(2)).toBe(2)
  expect(() => of(0, 0, 0, 2, 7, 7, 7).count(2)).toThrow(malformed)
  expect(() => of(0x7f, 0xff, 0xff, 0xff, 7).count(4)).toThrow(malformed)
  expect(() => of(0x7f, 0xff, 0xff, 0xff, 7).count(0)).toThrow(malformed)
  expect(() => of(0xff, 0xff, 0xff, 0xfe).count(1)).toThrow(malformed)
  expect(of(0xff, 0xff, 0xff, 0xff).count(1)).toBe(-1)
  expect(() => of(0xff, 0xff, 0xff, 0xff, 0x0f).compactCount(1)).toThrow(malformed)
  expect(of(0).compactCount(1)).toBe(-1)
})

test('varints end after 5 bytes and hold 32 bits', () => {
  expect(of(0xff, 0xff, 0xff, 0xff, 0x0f).unsignedVarint()).toBe(2 ** 32 - 1)
  expect(() => of(0xff, 0xff, 0xff, 0xff, 0x1f).unsignedVarint()).toThrow(malformed)
  expect(() => of(0x80, 0x80, 0x80, 0x80, 0x80, 0).unsignedVarint()).toThrow(malformed)
  expect(of(0xff, 0xff, 0xff, 0xff, 0x0f).varint()).toBe(-(2 ** 31))
  expect(of(0xfe, 0xff, 0xff, 0xff, 0x0f).varint()).toBe(2 ** 31 - 1)
})

test('varlongs end after 10 bytes and hold 64 bits', () => {
  const longest = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
  expect(of(...longest, 1).varlong()).toBe(-(2 ** 63))
  expect(() => of(...longest, 2).varlong()).toThrow(malformed)
  expect(() => of(...longest, 0x81, 0).varlong()).toThrow(malformed)
})

test('byte strings are views and not copies', () => {
  const input = Uint8Array.from([0, 0, 0, 2, 7, 8])
  const view = new ByteReader(input).bytes()
  input[4] = 42
  expect([...view]).toEqual([42, 8])
})

test('what is written is read back, type by type', () => {
  const value = fc.record({
    int8: fc.integer({ min: -128, max: 127 }),
    int16: fc.integer({ min: -32_768, max: 32_767 }),
    int32: fc.integer(),
    uint32: fc.nat(2 ** 32 - 1),
    int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    unsignedVarint: fc.nat(2 ** 32 - 1),
    varint: fc.integer(),
    varlong: fc.maxSafeInteger(),
    uuid: fc.uuid(),
    string: fc.string({ unit: 'grapheme' }),
    nullableString: fc.option(fc.string()),
    compactString: fc.string({ unit: 'grapheme' }),
    compactNullableString: fc.option(fc.string()),
    bytes: fc.uint8Array(),
    nullableBytes: fc.option(fc.uint8Array()),
    compactBytes: fc.uint8Array({ maxLength: 300 }),
    compactNullableBytes: fc.option(fc.uint8Array()),
    bool: fc.boolean(),
  })
  fc.assert(
    fc.property(value, fc.integer({ min: 0, max: 64 }), (fields, initialBytes) => {
      const writer = new ByteWriter(initialBytes)
      const writes = writer as unknown as Record<string, (field: unknown) => void>
      for (const [name, field] of Object.entries(fields)) writes[name]!.call(writer, field)
      const { length } = writer
      const bytes = Buffer.concat(writer.finish())
      expect(bytes).toHaveLength(length)
      const reader = new ByteReader(bytes)
      for (const [name, field] of Object.entries(fields)) {
        const read = reads[name]!(reader)
        expect(read instanceof Uint8Array ? Uint8Array.from(read) : read).toEqual(field)
      }
      expect(reader.remaining).toBe(0)
    }),
  )
})
