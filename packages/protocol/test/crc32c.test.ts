import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { crc32c } from '../src/index.js'
import { startFolding } from '../src/primitives/crc32c-folding.js'
import { sliceCrc } from '../src/primitives/crc32c-slicing.js'

afterEach(() => {
  vi.unstubAllGlobals()
})

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

/** Numbers that look random, the same in every run. */
const memory = new Uint8Array(120_000)
for (let index = 0, value = 1; index < memory.length; index++) {
  value = (Math.imul(value, 1_103_515_245) + 12_345) >>> 0
  memory[index] = value >>> 16
}

test('it agrees with the definition for every short length and alignment', () => {
  for (let offset = 0; offset < 5; offset++) {
    for (let length = 0; length < 400; length++) {
      const bytes = memory.subarray(offset, offset + length)
      expect(crc32c(bytes)).toBe(slowCrc(bytes))
    }
  }
})

test('it agrees with the definition where its ways meet', () => {
  // A copy of the bytes is folded from 320 and from 2048 bytes on, and in parts over 34816.
  for (const around of [320, 2_048, 34_816, 32_768 + 34_816, 2 * 32_768 + 34_816]) {
    for (let length = around - 17; length <= around + 17; length++) {
      const bytes = memory.subarray(around % 7, (around % 7) + length)
      expect(crc32c(bytes)).toBe(slowCrc(bytes))
    }
  }
})

test('it agrees with the definition for any bytes, in any parts', () => {
  const offset = fc.nat(15)
  const lengths = fc.array(fc.oneof(fc.nat(100), fc.nat(20_000)), { maxLength: 4 })
  fc.assert(
    fc.property(offset, lengths, (start, parts) => {
      let crc = 0
      let position = start
      for (const length of parts) crc = crc32c(memory.subarray(position, (position += length)), crc)
      expect(crc).toBe(slowCrc(memory.subarray(start, position)))
    }),
  )
})

test('a long input leaves nothing behind for the next one', () => {
  const short = memory.subarray(0, 3_000)
  const expected = slowCrc(short)
  crc32c(memory)
  expect(crc32c(short)).toBe(expected)
})

test('JavaScript alone gives the same', () => {
  for (const [offset, length] of [
    [0, 10],
    [1, 63],
    [2, 64],
    [3, 20_001],
  ] as const) {
    const bytes = memory.subarray(offset, offset + length)
    expect(sliceCrc(123, bytes)).toBe(startFolding()!(123, bytes))
  }
})

test('without WebAssembly, or with one that refuses the module, JavaScript is what is left', () => {
  expect(startFolding()).not.toBeNull()
  vi.stubGlobal('WebAssembly', undefined)
  expect(startFolding()).toBeNull()
  const refuse = function () {
    throw new Error('no SIMD')
  }
  vi.stubGlobal('WebAssembly', { Module: refuse })
  expect(startFolding()).toBeNull()
})
