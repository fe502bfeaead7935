import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeyEncoder } from '../../src/intake/key-encoder.js'

/** What a borrower sees until it gives the bytes back. */
function bytesOf(encoder: KeyEncoder, key: string | Uint8Array | null): Uint8Array | null {
  const bytes = encoder.borrow(key)
  encoder.giveBack()
  return bytes
}

test('the key encoder gives the UTF-8 of any text, whatever key came before', () => {
  const encoder = new KeyEncoder()
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 400 }),
    fc.string({ unit: 'grapheme-ascii', maxLength: 30 }),
  )
  fc.assert(
    fc.property(fc.array(text, { maxLength: 20 }), (texts) => {
      for (const key of texts)
        expect(Buffer.from(bytesOf(encoder, key) ?? [])).toEqual(Buffer.from(key))
    }),
  )
})

test('the key encoder makes no new view for a key as long as an earlier one', () => {
  const encoder = new KeyEncoder()
  expect(bytesOf(encoder, 'abc')).toBe(bytesOf(encoder, 'xyz'))
})

test('the key encoder hands bytes through and tells a missing key from an empty one', () => {
  const encoder = new KeyEncoder()
  const bytes = Uint8Array.of(1, 2)
  expect([bytesOf(encoder, bytes), bytesOf(encoder, null), bytesOf(encoder, '')?.length]).toEqual([
    bytes,
    null,
    0,
  ])
})

test('a second borrower of the key encoder does not write over the bytes of the first', () => {
  const encoder = new KeyEncoder()
  const first = encoder.borrow('abc')
  const second = encoder.borrow('xyz')
  encoder.giveBack()
  const third = encoder.borrow('123')
  expect([first, second, third].map(String)).toEqual(['abc', 'xyz', '123'])
})
