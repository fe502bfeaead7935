import { test } from 'vitest'
import { expectRebuilt } from '../../../test/rebuilt.js'
import { snappy } from '../src/index.js'

const input = Buffer.from('hello hello hello hello\n'.repeat(100))

test('snappy can be made again from its portable', () =>
  expectRebuilt(snappy(), (codec) => codec.compress(input)))
