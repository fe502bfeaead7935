import { longestTimerMs } from '@sluice/protocol'
import type { CliIo } from '../cli-io.js'
import type { Stop } from './stop.js'

/** What a wait needs. */
export interface WaitDeps {
  readonly io: Pick<CliIo, 'clearTimeout' | 'now' | 'setTimeout'>
  readonly stop: Stop
}

/** Waits for a moment of `io.now()`, or until the command is to end. */
export async function waitUntil(dueAt: number, { io, stop }: WaitDeps): Promise<void> {
  // A timer may come a little too early, and cannot hold more than some days.
  for (let ms = dueAt - io.now(); ms > 0 && stop.reason === null; ms = dueAt - io.now())
    await pause(Math.min(ms, longestTimerMs), { io, stop })
}

/** The timer is taken back where the command is to end: it would keep the process alive for as long as it runs. */
function pause(ms: number, { io, stop }: WaitDeps): Promise<void> {
  return new Promise((resolve) => {
    const timer = io.setTimeout(() => end(), ms)
    const forget = stop.onStop(() => {
      io.clearTimeout(timer)
      resolve()
    })
    const end = (): void => {
      forget()
      resolve()
    }
  })
}
