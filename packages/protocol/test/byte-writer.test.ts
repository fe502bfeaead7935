import { expect, test } from 'vitest'
import { ByteReader, ByteWriter } from '../src/index.js'

const hexOf = (write: (writer: ByteWriter) => void) => {
  const writer = new ByteWriter()
  write(writer)
  return Buffer.concat(writer.finish()).toString('hex')
}

test('numbers are big endian', () => {
  expect(hexOf((writer) => writer.int16(-2))).toBe('fffe')
  expect(hexOf((writer) => writer.int32(0x01020304))).toBe('01020304')
  expect(hexOf((writer) => writer.uint32(0xfedcba98))).toBe('fedcba98')
  expect(hexOf((writer) => writer.int64(-2n))).toBe('fffffffffffffffe')
})

test('varints have the bytes of the protocol buffers encoding', () => {
  expect(hexOf((writer) => writer.unsignedVarint(300))).toBe('ac02')
  expect(hexOf((writer) => writer.unsignedVarint(2 ** 32 - 1))).toBe('ffffffff0f')
  expect(hexOf((writer) => writer.varint(-1))).toBe('01')
  expect(hexOf((writer) => writer.varint(-(2 ** 31)))).toBe('ffffffff0f')
  expect(hexOf((writer) => writer.varlong(2 ** 53 - 1))).toBe('feffffffffffff1f')
  expect(hexOf((writer) => writer.varlong(-(2 ** 53) + 1))).toBe('fdffffffffffff1f')
})

test('the length of a string is in bytes of UTF-8', () => {
  expect(hexOf((writer) => writer.string('é'))).toBe('0002c3a9')
  expect(hexOf((writer) => writer.compactString('é'))).toBe('03c3a9')
})

test('an external chunk is passed on without a copy, at its place', () => {
  const external = Uint8Array.from([7, 8])
  const writer = new ByteWriter()
  writer.int8(1)
  writer.chunk(external)
  writer.int8(2)
  expect(writer.length).toBe(4)
  const chunks = writer.finish()
  expect(chunks[1]).toBe(external)
  expect(Buffer.concat(chunks).toString('hex')).toBe('01070802')
})

test('an empty chunk leaves no trace', () => {
  const writer = new ByteWriter()
  writer.chunk(new Uint8Array(0))
  expect(writer.finish()).toEqual([])
})

test('it grows without losing what is written', () => {
  const writer = new ByteWriter(3)
  const expected: number[] = []
  for (let value = 0; value < 1000; value++) {
    writer.int16(value)
    expected.push(value >> 8, value & 0xff)
  }
  writer.raw(new Uint8Array(10_000).fill(9))
  const bytes = Buffer.concat(writer.finish())
  expect([...bytes.subarray(0, 2000)]).toEqual(expected)
  expect(bytes.subarray(2000).every((byte) => byte === 9)).toBe(true)
})

test('a string that the length cannot hold is refused', () => {
  const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' })
  expect(() => new ByteWriter().string('é'.repeat(16_384))).toThrow(refused)
  expect(() => new ByteWriter().compactString('x'.repeat(32_768))).toThrow(refused)
  expect(hexOf((writer) => writer.string('x'.repeat(32_767)))).toHaveLength(2 * 32_769)
})

test('a UUID that is none is refused', () => {
  const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' })
  for (const text of ['', '0'.repeat(36), '00000000-0000-0000-0000-00000000000g']) {
    expect(() => new ByteWriter().uuid(text)).toThrow(refused)
  }
  expect(hexOf((writer) => writer.uuid('01234567-89AB-cdef-0123-456789abcdef'))).toBe(
    '0123456789abcdef0123456789abcdef',
  )
})

test('each UUID has its own bytes, whichever was written or read before', () => {
  const a = '01234567-89ab-cdef-0123-456789abcdef'
  const b = 'ffffffff-89ab-cdef-0123-456789abcdef'
  const zero = '00000000-0000-0000-0000-000000000000'
  const texts = [zero, a, a.toUpperCase(), b, b, a, zero, b, zero]
  const digits = texts.map((text) => text.replaceAll('-', '').toLowerCase())
  const written = hexOf((writer) => texts.forEach((text) => writer.uuid(text)))
  expect(written).toBe(digits.join(''))
  const reader = new ByteReader(Buffer.from(written, 'hex'))
  expect(texts.map(() => reader.uuid())).toEqual(texts.map((text) => text.toLowerCase()))
  // A refused text leaves nothing behind.
  expect(() => new ByteWriter().uuid('no uuid')).toThrow('canonical')
  expect(hexOf((writer) => writer.uuid(b))).toBe(digits[3])
})
