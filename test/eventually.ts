import { vi } from 'vitest'

/** Only what hangs takes so long. It is below the time-out of a test, so that the last failure of the check is what the test tells. */
const hangsAfterMs = 50_000

/**
 * Waits for what must come, whenever that is, and returns what the check returns. `vi.waitFor` and `expect.poll` give up after a second,
 * and a busy machine may let a process stand still for as long.
 *
 * @param check - throws as long as it has not come
 */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: hangsAfterMs, interval: 5 })
}
