import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeyBytes } from '../src/key-bytes.js'

test('gives the UTF-8 of any text, whatever came before', () => {
  const keys = new KeyBytes()
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 400 }),
    fc.string({ unit: 'grapheme-ascii', maxLength: 30 }),
  )
  fc.assert(
    fc.property(fc.array(text, { maxLength: 20 }), (texts) => {
      for (const key of texts) expect(Buffer.from(keys.of(key)!)).toEqual(Buffer.from(key))
    }),
  )
})

test('makes no new view for a key as long as one before', () => {
  const keys = new KeyBytes()
  expect(keys.of('abc')).toBe(keys.of('xyz'))
})

test('hands bytes through and knows no key from an empty one', () => {
  const keys = new KeyBytes()
  const bytes = Uint8Array.of(1, 2)
  expect([keys.of(bytes), keys.of(null), keys.of(undefined), keys.of('')?.length]).toEqual([
    bytes,
    null,
    null,
    0,
  ])
})
