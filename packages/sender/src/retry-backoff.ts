import { type ErrorCode, exponentialBackoff } from '@sluice/protocol'
import type { ResolvedSenderOptions } from './options.js'
import type { SenderRuntime } from './runtime.js'

/**
 * The transaction before is still being completed, which ends by itself within milliseconds: the usual back-off would be seen
 * by everybody who begins one transaction right after another.
 */
const concurrent = { baseMs: 2, maxMs: 50 }

/**
 * How long to wait, in ms, before an attempt that has ended with this code is made again.
 *
 * @param attempt - 0 for the first wait
 */
export function retryBackoff(
  code: ErrorCode | undefined,
  attempt: number,
  { retryBackoffMs, retryBackoffMaxMs }: ResolvedSenderOptions,
  { random }: SenderRuntime,
): number {
  return code === 'CONCURRENT_TRANSACTIONS'
    ? exponentialBackoff(attempt, concurrent.baseMs, concurrent.maxMs, random)
    : exponentialBackoff(attempt, retryBackoffMs, retryBackoffMaxMs, random)
}
