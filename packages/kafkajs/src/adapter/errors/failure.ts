import { KafkaError } from '@sluice/protocol'
import { KafkaJSNonRetriableError, KafkaJSNumberOfRetriesExceeded } from '../original/errors.js'
import { pauseBefore, type Retry } from './retry.js'
import { simpleError } from './simple-error.js'

/** What a failure is told with. */
export interface FailureDeps {
  readonly retry: Retry
  /** What keeps the cluster away now; null where nothing does. */
  trouble(): KafkaError | null
}

/** Where a call failed: before its records were placed, or on their way to a broker. */
export type Phase = 'metadata' | 'produce'

/** The errors that say only that a time is over or a producer closed: the failure is their cause. */
const outer = new Set<string>([
  'DELIVERY_TIMEOUT',
  'METADATA_TIMEOUT',
  'TRANSACTION_TIMEOUT',
  'PRODUCER_CLOSED',
  'TRANSACTION_ABORTABLE',
])

/**
 * The error of a call as kafkajs tells it. A failure that retries could not mend is the `cause` of a
 * KafkaJSNumberOfRetriesExceeded. In addition to the fields of kafkajs `persisted` says whether the records are in the log.
 */
export function failureOf(error: unknown, phase: Phase, { retry, trouble }: FailureDeps): unknown {
  if (!(error instanceof KafkaError)) return error
  const reason = reasonOf(error, trouble())
  const simple = simpleError(reason)
  const told = isExhausted(error, reason, simple.retriable)
    ? exceeded(simple, error.code === 'PRODUCER_CLOSED' ? undefined : error.attempts, retry)
    : phase === 'metadata'
      ? new KafkaJSNonRetriableError(simple, { cause: simple })
      : simple
  return error.persisted === undefined ? told : Object.assign(told, { persisted: error.persisted })
}

/** The outcome of retries that did not help. */
export function exceeded(
  simple: Error,
  attempts: number | undefined,
  retry: Retry,
): InstanceType<typeof KafkaJSNumberOfRetriesExceeded> {
  const retryCount = attempts === undefined || attempts < 1 ? retry.retries : attempts - 1
  const retryTime = pauseBefore(retry, retryCount)
  return new KafkaJSNumberOfRetriesExceeded(simple, { retryCount, retryTime })
}

/** Memory that is full was not tried again: the program may do so. */
function isExhausted(error: KafkaError, reason: KafkaError, isRetriable: boolean): boolean {
  return isRetriable && error.code !== 'BUFFER_FULL' && (outer.has(error.code) || error.retriable)
}

function reasonOf(error: KafkaError, trouble: KafkaError | null): KafkaError {
  // The lane has given up: what keeps the cluster away says more than how the last attempt ended.
  if (error.code === 'PRODUCER_CLOSED' && trouble !== null) return trouble
  let reason = error
  while (outer.has(reason.code) && reason.cause instanceof KafkaError) reason = reason.cause
  return outer.has(reason.code) ? (trouble ?? reason) : reason
}
