import { expect, test } from 'vitest'
import { splitLines } from '../src/input/lines.js'

test.each([
  ['nothing', '', []],
  ['one line without an end', 'a', ['a']],
  ['one line with an end', 'a\n', ['a']],
  ['empty lines', '\n\na\n', ['', '', 'a']],
  ['lines of Windows', 'a\r\n\r\nb', ['a', '', 'b']],
  ['returns within a line', 'a\rb\r\r\n', ['a\rb\r']],
])('splits %s', (_, text, lines) => {
  expect(splitLines(Buffer.from(text)).map(String)).toEqual(lines)
})
