import { describe, expect, test } from 'vitest'
import { CsvFraming } from '../../../src/input/framing/csv.js'
import { framesOf, inChunks } from './framed.js'

const split = (text: string, chunkBytes: number, maxBytes = 1000) =>
  framesOf(new CsvFraming(maxBytes), inChunks(Buffer.from(text, 'latin1'), chunkBytes))

describe.each([1, 2, 3, 1000])('in chunks of %i bytes', (chunkBytes) => {
  test('a row ends at a newline, the last one also without it', () => {
    expect(split('a,b\n1,2', chunkBytes)).toEqual(['a,b', '1,2'])
    expect(split('a,b\n1,2\n', chunkBytes)).toEqual(['a,b', '1,2'])
    expect(split('a\n\nb', chunkBytes)).toEqual(['a', '', 'b'])
    expect(split('', chunkBytes)).toEqual([])
  })

  test('a newline between quotes belongs to its row, and a doubled quote changes nothing', () => {
    expect(split('"a\nb",c\n"say ""hi\n""",d\n', chunkBytes)).toEqual([
      '"a\nb",c',
      '"say ""hi\n""",d',
    ])
  })

  test('a row that is too long is told of with its length, and the next one is whole', () => {
    expect(split('12345678\n1234', chunkBytes, 5)).toEqual([8, '1234'])
  })
})

test('each row knows on which line it begins', () => {
  const framing = new CsvFraming(100)
  const lines = Array.from(framing.split(Buffer.from('h\n"a\nb"\nc\nd')), () => framing.line)
  framing.rest()
  expect([lines, framing.line]).toEqual([[1, 2, 4], 5])
})
