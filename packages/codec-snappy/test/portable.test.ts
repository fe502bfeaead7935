import { expect, test } from 'vitest'
import { expectRebuilt } from '../../../test/rebuilt.js'
import { snappy } from '../src/index.js'

const input = Buffer.from('hello hello hello hello\n'.repeat(100))

test('snappy can be made again from its portable', () =>
  expectRebuilt(snappy(), (codec) => codec.compress(input)))

test('snappy with another method is not portable, for another thread would make it without that', () => {
  const mine = { compress: (bytes: Uint8Array) => bytes }
  expect({ ...snappy(), ...mine }.portable).toBeUndefined()
  expect(Object.assign(snappy(), mine).portable).toBeUndefined()
})
