import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printable, printableThrown, reasonOf } from '../src/index.js'

test('ordinary text of any language stays as it is', () => {
  expect(printable('Topic "заказы" – 日本 😀')).toBe('Topic "заказы" – 日本 😀')
})

test('whatever could forge or hide a line of a log is replaced', () => {
  expect(printable('a\r\nERROR b\u001b[2J\u0085\u2028\u202e\u061c\u0000')).toBe(
    'a??ERROR b?[2J?????',
  )
})

test('a long text is cut, also within a surrogate pair', () => {
  expect(printable('x'.repeat(201))).toBe(`${'x'.repeat(200)}…`)
  expect(printable('x'.repeat(200))).toBe('x'.repeat(200))
  expect(printable('ab😀', 3)).toBe('ab?…')
})

test('the result is bounded and clean whatever the input', () => {
  fc.assert(
    fc.property(fc.uint16Array({ maxLength: 60 }), fc.nat(40), (units, maxLength) => {
      const text = String.fromCharCode(...units)
      const clean = printable(text, maxLength)
      expect(clean.length).toBeLessThanOrEqual(maxLength + 1)
      expect(clean).not.toMatch(/[\p{Cc}\p{Cs}]/u)
    }),
  )
})

test('whatever was thrown becomes a line, and what cannot be text does not throw again', () => {
  expect(printableThrown(new TypeError('no\nway'))).toBe('TypeError: no?way')
  expect(printableThrown('as it is')).toBe('as it is')
  expect(printableThrown(undefined)).toBe('undefined')
  expect(printableThrown(Object.create(null))).toBe('something of type object')
})

test('the reason of a thrown value is its message, or its name, or the words of OpenSSL', () => {
  expect(reasonOf(new TypeError('no\nway'))).toBe('no?way')
  expect(reasonOf(new TypeError(''))).toBe('TypeError')
  expect(reasonOf('as it is')).toBe('as it is')
  expect(reasonOf(Object.create(null))).toBe('something of type object')
  expect(reasonOf(new Error('x'.repeat(600)))).toBe(`${'x'.repeat(500)}…`)
  const openssl = { library: 'SSL routines', reason: 'certificate expired' }
  expect(reasonOf(Object.assign(new Error('error:0A000415:SSL'), openssl))).toBe(
    'certificate expired (SSL routines)',
  )
})
