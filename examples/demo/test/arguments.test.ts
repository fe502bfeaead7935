import { expect, test } from 'vitest'
import { parseArguments } from '../src/arguments.js'

test('without arguments there is no compression, and the rest is left open', () => {
  expect(parseArguments([])).toEqual({ help: false, compression: 'none', watch: false })
})

test('takes every option', () => {
  const args = ['--count', '7', '--key', 'id', '--topic', 'a.b-c_1', '--compression', 'gzip']
  expect(parseArguments([...args, '--bootstrap', 'kafka:9092', '--watch'])).toEqual({
    watch: true,
    help: false,
    count: 7,
    key: 'id',
    topic: 'a.b-c_1',
    compression: 'gzip',
    bootstrap: 'kafka:9092',
  })
})

test.each([
  ['an unknown option', ['--bogus'], /Unknown option '--bogus'; see --help/],
  ['a value whose option npm kept', ['orders.ndjson'], /options go behind --/],
  ['a count that is no number', ['--count', '1e3'], /--count takes a whole number/],
  ['a count of nothing', ['--count', '0'], /--count takes a whole number/],
  ['a count for a file', ['--count', '1', '--file', 'x'], /--count is for the bundled orders/],
  ['an unknown codec', ['--compression', 'lz4'], /gzip or none/],
  ['an empty topic', ['--topic', ''], /--topic is empty/],
  ['a topic with a space', ['--topic', 'a b'], /"a b" is not a legal topic name/],
  ['a topic of dots', ['--topic', '..'], /"\.\." is not a legal topic name/],
  ['a topic that is too long', ['--topic', 'x'.repeat(250)], /is not a legal topic name/],
])('refuses %s', (_, args, complaint) => {
  expect(() => parseArguments(args)).toThrow(complaint)
})
