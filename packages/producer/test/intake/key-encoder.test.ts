import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeyBytes } from '../../src/intake/key-encoder.js'

/** What a borrower sees until it gives the bytes back. */
function bytesOf(keys: KeyBytes, key: string | Uint8Array | null): Uint8Array | null {
  const bytes = keys.borrow(key)
  keys.giveBack()
  return bytes
}

test('gives the UTF-8 of any text, whatever came before', () => {
  const keys = new KeyBytes()
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 400 }),
    fc.string({ unit: 'grapheme-ascii', maxLength: 30 }),
  )
  fc.assert(
    fc.property(fc.array(text, { maxLength: 20 }), (texts) => {
      for (const key of texts)
        expect(Buffer.from(bytesOf(keys, key) ?? [])).toEqual(Buffer.from(key))
    }),
  )
})

test('makes no new view for a key as long as one before', () => {
  const keys = new KeyBytes()
  expect(bytesOf(keys, 'abc')).toBe(bytesOf(keys, 'xyz'))
})

test('hands bytes through and knows no key from an empty one', () => {
  const keys = new KeyBytes()
  const bytes = Uint8Array.of(1, 2)
  expect([bytesOf(keys, bytes), bytesOf(keys, null), bytesOf(keys, '')?.length]).toEqual([
    bytes,
    null,
    0,
  ])
})

test('lets no second borrower write over the bytes of the first', () => {
  const keys = new KeyBytes()
  const first = keys.borrow('abc')
  const second = keys.borrow('xyz')
  keys.giveBack()
  const third = keys.borrow('123')
  expect([first, second, third].map(String)).toEqual(['abc', 'xyz', '123'])
})
