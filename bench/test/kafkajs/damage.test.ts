import { expect, test } from 'vitest'
import { damageOf } from '../../src/kafkajs/faults/damage.js'

test('a log with each acknowledged record once and in order has no damage, whatever else is in it', () => {
  expect(
    damageOf(
      [0, 1, 2],
      [
        [0, 2],
        [1, 3],
      ],
    ),
  ).toEqual({ lost: 0, doubled: 0, reordered: 0 })
})

test('an acknowledged record that no partition has is lost', () => {
  expect(damageOf([0, 1, 2, 3], [[0], [3]])).toEqual({ lost: 2, doubled: 0, reordered: 0 })
})

test('each further copy of a record is counted as doubled, in its own partition and in another', () => {
  expect(damageOf([0, 1], [[0, 0, 0, 1]]).doubled).toBe(2)
  expect(damageOf([0, 1], [[0, 1, 0, 1]])).toEqual({ lost: 0, doubled: 2, reordered: 0 })
})

test('a record behind one that was sent later is reordered', () => {
  expect(damageOf([], [[0, 3, 1, 2, 4]]).reordered).toBe(2)
})
