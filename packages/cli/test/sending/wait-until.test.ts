import { expect, test } from 'vitest'
import { Stop } from '../../src/sending/stop.js'
import { waitUntil } from '../../src/sending/wait-until.js'

/** Time passes only where somebody waits for it, as long as `isRunning`. */
function manualIo(isRunning: boolean) {
  const clock = { ms: 0 }
  const asked: number[] = []
  const timers = new Set<number>()
  const setTimeout = (run: () => void, ms: number): number => {
    const timer = asked.push(ms)
    timers.add(timer)
    const fire = (): void => {
      clock.ms += ms
      timers.delete(timer)
      run()
    }
    if (isRunning) queueMicrotask(fire)
    return timer
  }
  const clearTimeout = (timer: unknown): void => void timers.delete(Number(timer))
  return { asked, timers, io: { now: () => clock.ms, setTimeout, clearTimeout } }
}

test('the end of the command ends a wait, and leaves no timer that keeps the process alive', async () => {
  const { io, timers } = manualIo(false)
  const stop = new Stop()
  const wait = waitUntil(60_000, { io, stop })
  expect(timers.size).toBe(1)
  stop.because('SIGINT')
  await wait
  expect(timers.size).toBe(0)
})

test('a wait that is longer than a timer can hold is made of several', async () => {
  const { io, asked } = manualIo(true)
  await waitUntil(5_000_000_000, { io, stop: new Stop() })
  expect(asked).toEqual([2_147_483_647, 2_147_483_647, 705_032_706])
})
