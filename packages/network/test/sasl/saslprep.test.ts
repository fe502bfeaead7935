import { expect, test } from 'vitest'
import { saslPrep } from '../../src/sasl/saslprep.js'

// RFC 4013, section 3.
test.each([
  ['I\u00adX', 'IX', 'soft hyphen mapped to nothing'],
  ['user', 'user', 'no transformation'],
  ['USER', 'USER', 'case preserved'],
  ['\u00aa', 'a', 'output is NFKC'],
  ['\u2168', 'IX', 'output is NFKC'],
])('the example %j of RFC 4013 becomes %j: %s', (input, output) => {
  expect(saslPrep(input)).toBe(output)
})

test.each([
  ['\u0007', /prohibits/],
  ['\u0627\u0031', /right-to-left/],
])('the example %j of RFC 4013 is refused', (input, message) => {
  expect(() => saslPrep(input)).toThrow(message)
})

// The examples of Python's and of Go's implementations, and of RFC 3454.
test.each([
  ['a\u00a0b', 'a b'],
  ['\u3000x', ' x'],
  ['\u1806a\u200d\u2060b\ufe0f', 'ab'],
  ['\ufb01ne', 'fine'],
  ['\u212b', '\u00c5'],
  ['p\u00e4ssw\u00f6rt', 'p\u00e4ssw\u00f6rt'],
  ['\u0627\u0031\u0628', '\u0627\u0031\u0628'],
  ['\u05d0\u05d1 \u05d2', '\u05d0\u05d1 \u05d2'],
  ['\u{1f511}', '\u{1f511}'],
  ['12 34!', '12 34!'],
])('%j becomes %j', (input, output) => {
  expect(saslPrep(input)).toBe(output)
})

test.each([
  ['an ASCII control', 'a\u007f'],
  ['a C1 control', '\u0085'],
  ['a line separator', 'a\u2028b'],
  ['private use', '\ue000'],
  ['a non-character', '\ufffe'],
  ['a non-character beyond the first plane', '\u{1fffe}'],
  ['half a surrogate pair', '\ud800'],
  ['a replacement character', '\ufffd'],
  ['an ideographic description', '\u2ff0'],
  ['a mark that turns the direction', 'a\u202eb'],
  ['a tag', '\u{e0041}'],
  ['what is not assigned', '\u0378'],
  ['a letter of the other direction', '\u0627a\u0628'],
  ['a right-to-left text that begins otherwise', '1\u0627'],
  ['what is nothing', '\u00ad'],
])('%s is refused, and not shown', (_, input) => {
  expect(() => saslPrep(input)).toThrow(/SASLprep/)
  expect(() => saslPrep(input)).not.toThrow(input)
})
