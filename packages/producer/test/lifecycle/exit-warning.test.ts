import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ExitWarning as Warning } from '../../src/lifecycle/exit-warning.js'

let ExitWarning: typeof Warning

// All producers of a process share one listener, and test files share their modules.
beforeEach(async () => {
  vi.resetModules()
  ;({ ExitWarning } = await import('../../src/lifecycle/exit-warning.js'))
})
afterEach(() => void vi.restoreAllMocks())

function watched(unsettled: number): { one: Warning; told: string[] } {
  const told: string[] = []
  const one = new ExitWarning({ unsettled: () => unsettled, warn: (line) => void told.push(line) })
  return { one, told }
}

test('twenty producers have one exit listener, and none once the last is closed', () => {
  const before = process.listenerCount('exit')
  const all = Array.from({ length: 20 }, () => watched(1).one)
  for (const one of all) {
    one.hold()
    one.release()
    one.hold()
  }
  expect(process.listenerCount('exit')).toBe(before + 1)
  for (const one of all) one.end()
  for (const one of all) one.end()
  expect(process.listenerCount('exit')).toBe(before)
})

test('at the exit each producer with pending records warns, and no other', () => {
  // What other listeners do at exit is not for this test.
  vi.spyOn(process, 'on').mockImplementation((_, listener) => {
    listeners.push(listener as () => void)
    return process
  })
  const listeners: (() => void)[] = []
  const [idle, busy, single, settled] = [3, 3, 1, 0].map((count) => watched(count))
  for (const { one } of [idle!, busy!, single!, settled!]) one.hold()
  idle!.one.release()
  for (const listener of listeners) listener()
  expect([idle, busy, single, settled].map((each) => each!.told.length)).toEqual([0, 1, 1, 0])
  expect(busy!.told[0]).toMatch(/with 3 records unsettled, in the log or not: await .*close\(\)/)
  expect(single!.told[0]).toContain('with 1 record unsettled')
  for (const { one } of [idle!, busy!, single!, settled!]) one.end()
})
