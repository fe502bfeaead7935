import { describe, expect, test } from 'vitest'
import { DelimitedFraming } from '../../../src/input/framing/delimited.js'
import { framesOf, inChunks } from './framed.js'

const split = (text: string, delimiter: string, chunkBytes: number, maxBytes = 1000) =>
  framesOf(
    new DelimitedFraming(Buffer.from(delimiter), maxBytes),
    inChunks(Buffer.from(text, 'latin1'), chunkBytes),
  )

describe.each([1, 2, 3, 7, 1000])('in chunks of %i bytes', (chunkBytes) => {
  test('the last line counts without its newline, and no empty one follows the last newline', () => {
    expect(split('a\nb', '\n', chunkBytes)).toEqual(['a', 'b'])
    expect(split('a\nb\n', '\n', chunkBytes)).toEqual(['a', 'b'])
    expect(split('a\n\n', '\n', chunkBytes)).toEqual(['a', ''])
    expect(split('', '\n', chunkBytes)).toEqual([])
  })

  test('a delimiter of several bytes is whole, also where chunks cut it', () => {
    expect(split('one__END__two_END__x__END_', '__END__', chunkBytes)).toEqual([
      'one',
      'two_END__x__END_',
    ])
    expect(split('a::b:::c', '::', chunkBytes)).toEqual(['a', 'b', ':c'])
    expect(split('a--', '--', chunkBytes)).toEqual(['a'])
  })

  test('all 256 bytes pass but for the delimiter', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('latin1')
    expect(split(bytes, '\n', chunkBytes)).toEqual([bytes.slice(0, 10), bytes.slice(11)])
  })

  test('a line that is too long is told of with its length, and the next one is whole', () => {
    expect(split('12345678\n1234\n123456', '\n', chunkBytes, 5)).toEqual([8, '1234', 6])
  })
})

test('each frame knows on which line it begins', () => {
  const framing = new DelimitedFraming(Buffer.from('\n'), 10)
  const lines = Array.from(framing.split(Buffer.from('a\nb\nc')), () => framing.line)
  framing.rest()
  expect([lines, framing.line]).toEqual([[1, 2], 3])
})
