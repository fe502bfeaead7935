import { expect, test } from 'vitest'
import { bytesOfDelimiter } from '../../src/input/escapes.js'

test.each([
  [String.raw`\t`, '09'],
  [String.raw`\0`, '00'],
  [String.raw`\x1f\xff`, '1fff'],
  [String.raw`\\t`, '5c74'],
  [String.raw`\r\n`, '0d0a'],
  ['±', 'c2b1'],
  ['__END__', '5f5f454e445f5f'],
])('the delimiter %s is the bytes %s', (text, hex) => {
  expect(bytesOfDelimiter('--delimiter', text).toString('hex')).toBe(hex)
})

test.each(['', String.raw`\q`, String.raw`\x1`, 'a\\'])('the delimiter "%s" is refused', (text) => {
  expect(() => bytesOfDelimiter('--delimiter', text)).toThrow(
    /^--delimiter (is empty|has the unknown escape)/,
  )
})
