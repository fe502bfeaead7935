import { seededRandom } from '@sluice/protocol/testing'
import { describe, expect, test } from 'vitest'
import { bucketCount, bucketOf, endOf } from '../../src/metrics/measures/buckets.js'
import {
  bucketCells,
  plainCells,
  SlidingWindow,
} from '../../src/metrics/measures/sliding-window.js'

const aDayAgo = 86_400_000

function opened(cells = bucketCells): SlidingWindow {
  return new SlidingWindow(new Float64Array(cells))
}

describe('the buckets of a histogram', () => {
  test('hold every value up to their end, which is at most an eighth above it', () => {
    const random = seededRandom(1)
    for (let i = 0; i < 10_000; i++) {
      const value = 2 ** (random() * 22 - 4)
      const end = endOf(bucketOf(value))
      expect(end).toBeGreaterThan(value)
      expect(end / value).toBeLessThanOrEqual(1.125)
      expect(endOf(bucketOf(value) - 1)).toBeLessThanOrEqual(value)
    }
  })

  test('take values that are too small, too large or no numbers, too', () => {
    expect([0, -1, Number.NaN].map(bucketOf)).toEqual([0, 0, 0])
    expect(bucketOf(Number.MAX_SAFE_INTEGER)).toBe(bucketCount - 1)
    expect(bucketOf(Infinity)).toBe(bucketCount - 1)
  })
})

describe('a sliding window', () => {
  test('weighs a value by how often it is there: of 9 records of 10 bytes and one of 110 the average is 20', () => {
    const window = opened()
    window.add(10, 0, 9)
    window.add(110, 0)
    expect(window.read(0)).toMatchObject({ avg: 20, max: 110 })
    expect(window.read(0)!.percentile(0.9)).toBeLessThanOrEqual(10 * 1.125)
  })

  test('has no figures before the first value', () => {
    expect(opened().read(0)).toBeUndefined()
    expect(opened().read(aDayAgo)).toBeUndefined()
  })

  test.each([0, 1_234_567, aDayAgo])(
    'tells average, maximum and percentiles from %i ms on',
    (start) => {
      const window = opened()
      for (let i = 1; i <= 100; i++) window.add(i, start + i)
      const { avg, max, percentile } = window.read(start + 200)!
      expect([avg, max]).toEqual([50.5, 100])
      expect(percentile(0.5)).toBeGreaterThanOrEqual(50)
      expect(percentile(0.5)).toBeLessThanOrEqual(50 * 1.125)
      expect(percentile(0.99)).toBeGreaterThanOrEqual(99)
      expect(percentile(1)).toBe(100)
    },
  )

  test('forgets a value between fifty and sixty seconds after it, wherever its slice began', () => {
    for (const start of [0, 3_000, 9_999]) {
      const window = opened()
      window.add(500, start)
      window.add(1, start + 40_000)
      expect(window.read(start + 49_999)!.max).toBe(500)
      expect(window.read(start + 60_000)!.max).toBe(1)
      expect(window.read(start + 100_000)).toBeUndefined()
    }
  })

  test('never shows an hour-old value as a present one, whether a new value came or not', () => {
    const window = opened()
    for (let at = 0; at < 60_000; at += 1_000) window.add(900, at)
    expect(window.read(3_600_000)).toBeUndefined()
    window.add(2, 3_600_000)
    const { avg, max, percentile } = window.read(3_600_001)!
    expect([avg, max, percentile(0.99)]).toEqual([2, 2, 2])
  })

  test('tells average and maximum without buckets, in less memory', () => {
    const window = opened(plainCells)
    window.add(4, 10)
    window.add(8, 20)
    expect(window.read(30)).toMatchObject({ avg: 6, max: 8 })
    expect(plainCells).toBeLessThan(bucketCells / 10)
  })
})
