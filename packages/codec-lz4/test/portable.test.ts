import { test } from 'vitest'
import { expectRebuilt } from '../../../test/rebuilt.js'
import { lz4 } from '../src/index.js'

const input = Buffer.from('hello hello hello hello\n'.repeat(100))

test('lz4 can be made again from its portable', () =>
  expectRebuilt(lz4(), (codec) => codec.compress(input)))
