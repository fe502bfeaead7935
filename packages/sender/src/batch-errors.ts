import type { QueuedBatch } from '@sluice/accumulator'
import { detailOf, type ErrorCode, KafkaError } from '@sluice/protocol'

/**
 * The deadline of a batch has passed. `inFlight`: its last attempt has not been answered. `trouble`: what
 * ails the cluster, which tells more of a batch that was never tried.
 */
export function deliveryTimeout(
  batch: QueuedBatch,
  inFlight: boolean,
  trouble: KafkaError | null,
): KafkaError {
  const { count } = batch.attempt
  const lastError = batch.attempt.lastError ?? (count === 0 ? trouble : null)
  const last = lastError === null ? '' : `, last ${lastError.message}`
  const ms = Math.round(batch.deadline - batch.since)
  const detail = `not acknowledged within ${ms} ms after ${count} attempts${last}`
  const cause = lastError ?? undefined
  return new KafkaError('DELIVERY_TIMEOUT', detail, { ...about(batch, inFlight), cause })
}

/** The producer was closed before the batch had an answer. */
export function closedEarly(batch: QueuedBatch, inFlight: boolean): KafkaError {
  const detail = `the producer was closed before the record was acknowledged, after ${batch.attempt.count} attempts`
  return new KafkaError('PRODUCER_CLOSED', detail, about(batch, inFlight))
}

/** The broker's no. */
export function rejection(batch: QueuedBatch, code: ErrorCode, node: number): KafkaError {
  const { count, lastError } = batch.attempt
  const why = lastError === null ? '' : `: ${detailOf(lastError)}`
  const detail = `rejected by broker ${node} at attempt ${count}${why}`
  return new KafkaError(code, detail, about(batch, false))
}

/** The batch could not be sent for a reason that concerns the whole producer. */
export function refusal(batch: QueuedBatch, reason: KafkaError): KafkaError {
  return new KafkaError(reason.code, `not sent: ${reason.message}`, {
    ...about(batch, false),
    cause: reason,
  })
}

function about({ topic, partition, attempt }: QueuedBatch, inFlight: boolean) {
  const { count: attempts, lastError, maybeWritten } = attempt
  const persisted = inFlight || maybeWritten ? ('possibly' as const) : ('no' as const)
  return { topic, partition, attempts, persisted, cause: lastError ?? undefined }
}
