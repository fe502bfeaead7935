import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exponentialBackoff } from '../src/index.js'

const middle = () => 0.5

test('the wait doubles from the base up to the maximum', () => {
  const waits = [0, 1, 2, 3, 4, 5].map((attempt) => exponentialBackoff(attempt, 100, 1000, middle))
  expect(waits).toEqual([100, 200, 400, 800, 1000, 1000])
})

test('jitter moves it by up to a fifth either way', () => {
  expect(exponentialBackoff(0, 100, 1000, () => 0)).toBe(80)
  expect(exponentialBackoff(0, 100, 1000, () => 1)).toBeCloseTo(120)
})

test('it stays finite and within its bounds after any number of attempts', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, jitter) => {
      const wait = exponentialBackoff(attempt, 50, 1000, () => jitter)
      expect(wait).toBeGreaterThanOrEqual(40)
      expect(wait).toBeLessThan(1200.001)
    }),
  )
})
