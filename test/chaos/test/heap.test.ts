import { expect, test } from 'vitest'
import { judgeHeap } from '../src/heap.js'

const mebibyte = 1_048_576

test('a heap that swings around the same size is flat, one that climbs is not', () => {
  const swinging = Array.from({ length: 40 }, (_, minute) => (20 + (minute % 4)) * mebibyte)
  expect(judgeHeap(swinging).isFlat).toBe(true)
  const climbing = swinging.map((bytes, minute) => bytes + 0.15 * minute * mebibyte)
  expect(judgeHeap(climbing)).toMatchObject({ isFlat: false, firstBytes: expect.any(Number) })
})
