import { describe, expect, test } from 'vitest'
import { ByteOrderMark, type MarkPolicy } from '../../src/input/byte-order-mark.js'
import { inChunks } from './framing/framed.js'

function passed(policy: MarkPolicy, bytes: Buffer, chunkBytes: number): string {
  const mark = new ByteOrderMark(policy, 'orders.txt')
  const parts = [...inChunks(bytes, chunkBytes)].map((chunk) => mark.pass(chunk))
  return Buffer.concat([...parts, mark.end()]).toString('latin1')
}

const utf8 = Buffer.from('\uFEFFab')
const utf16 = Buffer.from('\uFEFFab', 'utf16le')

describe.each([1, 2, 3, 100])('in chunks of %i bytes', (chunkBytes) => {
  test('strip removes the mark of UTF-8, and nothing else', () => {
    expect(passed('strip', utf8, chunkBytes)).toBe('ab')
    expect(passed('strip', Buffer.from('ab'), chunkBytes)).toBe('ab')
    expect(passed('strip', Buffer.from([0xef, 0xbb, 0x41]), chunkBytes)).toBe('\u00EF\u00BBA')
    expect(passed('strip', Buffer.from([0xef]), chunkBytes)).toBe('\u00EF')
  })

  test('check and keep leave the mark of UTF-8 where it is', () => {
    for (const policy of ['check', 'keep'] as const)
      expect(passed(policy, utf8, chunkBytes)).toBe(utf8.toString('latin1'))
  })

  test('UTF-16 is refused with what to do, but for keep', () => {
    const swapped = Buffer.from(utf16).swap16()
    for (const bytes of [utf16, swapped])
      for (const policy of ['check', 'strip'] as const)
        expect(() => passed(policy, bytes, chunkBytes)).toThrow(
          'orders.txt is UTF-16; convert it (iconv -f UTF-16 -t UTF-8)',
        )
    expect(passed('keep', utf16, chunkBytes)).toBe(utf16.toString('latin1'))
  })
})

test('an interactive first line is not held back, however short', () => {
  expect(new ByteOrderMark('check', 'stdin').pass(Buffer.from('a'))).toEqual(Buffer.from('a'))
})
