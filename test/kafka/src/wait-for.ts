import { setTimeout as sleep } from 'node:timers/promises'

const intervalMs = 50

/** Waits until `check` gives something other than undefined or false, and returns it. */
export async function waitFor<T>(
  what: string,
  check: () => Promise<T | undefined | false>,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const result = await check()
    if (result !== undefined && result !== false) return result
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain: ${what}.`)
    await sleep(intervalMs)
  }
}
