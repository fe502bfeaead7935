import type { EmbeddedRuntime } from '../runtime.js'
import type { Partition } from './partition.js'

/**
 * Resolves with true at the next change of one of the partitions: an append, another leader, other replicas in sync.
 * Resolves with false when `timeoutMs` have passed or `signal` is aborted before that.
 */
export function nextChange(
  partitions: readonly Partition[],
  timeoutMs: number,
  signal: AbortSignal,
  runtime: EmbeddedRuntime,
): Promise<boolean> {
  if (timeoutMs <= 0 || signal.aborted) return Promise.resolve(false)
  return new Promise((resolve) => {
    const settle = (changed: boolean) => {
      runtime.clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      for (const stop of stops) stop()
      resolve(changed)
    }
    const onAbort = () => settle(false)
    const timer = runtime.setTimeout(onAbort, timeoutMs)
    signal.addEventListener('abort', onAbort)
    const stops = partitions.map((partition) => partition.onChange(() => settle(true)))
  })
}
