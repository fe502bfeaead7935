import { afterEach, expect, test, vi } from 'vitest'
import { systemClock } from '../src/watch/clock.js'

afterEach(() => void vi.restoreAllMocks())

test('the clock begins at the time of the system, and does not go back with it', () => {
  const clock = systemClock()
  const before = Date.now()
  const first = clock.now()
  expect(Math.abs(first - before)).toBeLessThan(1_000)
  vi.spyOn(Date, 'now').mockReturnValue(before - 3_600_000)
  expect(clock.now()).toBeGreaterThanOrEqual(first)
  expect(systemClock().now()).toBeLessThan(first)
})
