import type { PartitionLog } from './partition-log.js'

/**
 * Resolves with true at the next append to one of the logs; with false when `timeoutMs` have passed or `signal` is
 * aborted, whichever is first.
 */
export function nextAppend(
  logs: readonly PartitionLog[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  if (timeoutMs <= 0 || signal.aborted) return Promise.resolve(false)
  return new Promise((resolve) => {
    const settle = (appended: boolean) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      for (const stop of stops) stop()
      resolve(appended)
    }
    const onAbort = () => settle(false)
    const timer = setTimeout(onAbort, timeoutMs)
    signal.addEventListener('abort', onAbort)
    const stops = logs.map((log) => log.onAppend(() => settle(true)))
  })
}
