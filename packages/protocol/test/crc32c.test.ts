import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc32c } from '../src/index.js'

/** Bit by bit, straight from the definition. */
function slowCrc(bytes: Uint8Array): number {
  let state = 0xffffffff
  for (const byte of bytes) {
    state ^= byte
    for (let bit = 0; bit < 8; bit++) state = state & 1 ? (state >>> 1) ^ 0x82f63b78 : state >>> 1
  }
  return ~state >>> 0
}

test('it gives the known answers', () => {
  // The check value of the CRC catalogue, and the examples of RFC 3720, B.4.
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e)
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => 31 - index))).toBe(0x113fdb5c)
  expect(crc32c(new Uint8Array(0))).toBe(0)
})

test('it agrees with the definition for every length and alignment', () => {
  const memory = Uint8Array.from({ length: 400 }, (_, index) => (index * 167 + 13) & 0xff)
  for (let offset = 0; offset < 5; offset++) {
    for (let length = 0; length < 200; length++) {
      const bytes = memory.subarray(offset, offset + length)
      expect(crc32c(bytes)).toBe(slowCrc(bytes))
    }
  }
})

test('it can be taken over parts, one after the other', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), fc.uint8Array({ maxLength: 500 }), (a, b) => {
      expect(crc32c(b, crc32c(a))).toBe(slowCrc(Buffer.concat([a, b])))
    }),
  )
})
