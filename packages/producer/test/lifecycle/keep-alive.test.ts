import nodeTimers from 'node:timers'
import { afterEach, expect, test, vi } from 'vitest'
import { KeepAlive } from '../../src/lifecycle/keep-alive.js'

afterEach(() => void vi.restoreAllMocks())

/** Whether the one timer counts. */
function watched(): { keepAlive: KeepAlive; alive: () => boolean } {
  const timers = vi.spyOn(nodeTimers, 'setInterval')
  const alive = (): boolean => timers.mock.results.some(({ value }) => value.hasRef())
  return { keepAlive: new KeepAlive(), alive }
}

test('the process is kept alive until the last holder has let go, whether its work succeeds or fails', async () => {
  const { keepAlive, alive } = watched()
  expect(alive()).toBe(false)
  keepAlive.hold()
  const failing = keepAlive.during(Promise.reject(new Error('own')))
  const working = keepAlive.during(Promise.resolve(7))
  await expect(failing).rejects.toThrow('own')
  await expect(working).resolves.toBe(7)
  expect(alive()).toBe(true)
  keepAlive.release()
  expect(alive()).toBe(false)
  keepAlive.hold()
  expect(alive()).toBe(true)
  keepAlive.release()
})

test('keep-alive leaves no timer at its end, and a holder may let go later', () => {
  const { keepAlive } = watched()
  const cleared = vi.spyOn(nodeTimers, 'clearInterval')
  keepAlive.hold()
  keepAlive.end()
  expect(cleared).toHaveBeenCalledOnce()
  expect(() => keepAlive.release()).not.toThrow()
})
