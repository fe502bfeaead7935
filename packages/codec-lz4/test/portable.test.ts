import { expect, test } from 'vitest'
import { expectRebuilt } from '../../../test/rebuilt.js'
import { lz4 } from '../src/index.js'

const input = Buffer.from('hello hello hello hello\n'.repeat(100))

test('lz4 can be made again from its portable', () =>
  expectRebuilt(lz4(), (codec) => codec.compress(input)))

test('lz4 with another method is not portable, for another thread would make it without that', () => {
  const mine = { compress: (bytes: Uint8Array) => bytes }
  expect({ ...lz4(), ...mine }.portable).toBeUndefined()
  expect(Object.assign(lz4(), mine).portable).toBeUndefined()
})
