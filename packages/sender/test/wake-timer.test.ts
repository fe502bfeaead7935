import { expect, test } from 'vitest'
import type { SenderRuntime } from '../src/runtime.js'
import { WakeTimer } from '../src/wake-timer.js'

test('a timer that is set stays as it is, until an earlier moment comes', () => {
  const set: number[] = []
  const cleared: unknown[] = []
  const runtime: Partial<SenderRuntime> = {
    setTimeout: (_, ms) => set.push(ms),
    clearTimeout: (timer) => void cleared.push(timer),
  }
  const timer = new WakeTimer(runtime as SenderRuntime, () => {})
  timer.wakeAt(100, 0)
  timer.wakeAt(100, 10)
  timer.wakeAt(200, 10)
  expect(set).toEqual([100])
  timer.wakeAt(50, 10)
  expect([set, cleared]).toEqual([
    [100, 40],
    [null, 1],
  ])
})

test('a moment that is farther away than any timer can hold is approached with the longest timer', () => {
  const set: number[] = []
  const runtime: Partial<SenderRuntime> = {
    setTimeout: (_, ms) => set.push(ms),
    clearTimeout: () => {},
  }
  new WakeTimer(runtime as SenderRuntime, () => {}).wakeAt(Number.MAX_SAFE_INTEGER, 0)
  expect(set).toEqual([2 ** 31 - 1])
})
