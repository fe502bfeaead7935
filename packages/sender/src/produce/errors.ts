import type { QueueBatch, RecordError } from '@sluice/accumulator'
import { detailOf, type ErrorCode, KafkaError } from '@sluice/protocol'
import type { SentBatch } from '../partition/sent-batch.js'
import type { BatchAnswer, NamedRecord } from './response.js'

/** What is known of the batch's attempts; undefined for a batch that was never sent. */
type Attempts = SentBatch | undefined

/** The deadline of a batch has passed. `trouble`: what fails in the cluster, for a batch that was never tried. */
export function deliveryTimeout(
  batch: QueueBatch,
  sent: Attempts,
  trouble: KafkaError | null,
): KafkaError {
  const attempts = sent?.attempts ?? 0
  const lastError = sent?.lastError ?? (attempts === 0 ? trouble : null)
  const last = lastError === null ? '' : `, last ${lastError.message}`
  const ms = Math.round(batch.deadline - batch.since)
  const detail = `not acknowledged within ${ms} ms after ${attempts} attempts${last}`
  const cause = lastError ?? undefined
  return new KafkaError('DELIVERY_TIMEOUT', detail, { ...about(batch, sent), cause })
}

/** The producer was closed before the batch had an answer. */
export function closedEarly(batch: QueueBatch, sent: Attempts): KafkaError {
  const detail = `the producer was closed before the record was acknowledged, after ${sent?.attempts ?? 0} attempts`
  return new KafkaError('PRODUCER_CLOSED', detail, about(batch, sent))
}

/** What a broker answered to one attempt. */
export function brokerError(code: ErrorCode, message: string | null, node: number): KafkaError {
  return new KafkaError(code, `${reasonOf(code, message)} (broker ${node})`)
}

/**
 * The broker rejects the batch. A batch is written whole or not at all: records that the broker names as the cause have errors
 * of their own (KIP-467), and the others share the batch's fate, but may be sent again.
 */
export function rejection(answer: BatchAnswer): [KafkaError, RecordError[]] {
  const { sent, message: reason, recordErrors } = answer
  const { batch, attempts, attempt } = sent
  const code = answer.code!
  const detail = `rejected by broker ${attempt.node} at attempt ${attempts}: ${reasonOf(code, reason)}`
  const rejected = (text: string) => new KafkaError(code, text, about(batch, sent))
  const inBatch = withinBatch(recordErrors, batch)
  if (inBatch.length === 0) return [rejected(detail), []]
  const named = inBatch.map(({ index, message }) => ({
    index,
    error: rejected(`${detail}; of this record it said: ${message ?? 'nothing'}`),
  }))
  const others = `${detail}; nothing is wrong with this record, but with ${named.length} of the ${batch.count} in its batch: send it again`
  return [rejected(others), named]
}

/** Most answers are a number and no more: then the sentence of the error says it. */
function reasonOf(code: ErrorCode, message: string | null): string {
  return message ?? detailOf(new KafkaError(code)).replace(/\.$/, '')
}

/** A broker may name records that are not there, or one a million times: each that is there counts once. */
function withinBatch(
  recordErrors: BatchAnswer['recordErrors'],
  { count }: QueueBatch,
): NamedRecord[] {
  const byIndex = new Map<number, NamedRecord>()
  for (const one of recordErrors)
    if (one.index >= 0 && one.index < count) byIndex.set(one.index, one)
  return [...byIndex.values()]
}

/** The batch fails for a reason that is no broker's answer to it: of its topic, the producer or the connection. */
export function failedBefore(batch: QueueBatch, sent: Attempts, reason: KafkaError): KafkaError {
  const what = sent?.isPossiblyWritten ? 'not acknowledged' : 'not sent'
  return new KafkaError(reason.code, `${what}: ${detailOf(reason)}`, {
    ...about(batch, sent),
    cause: reason,
  })
}

function about({ topic, partition }: QueueBatch, sent: Attempts) {
  const attempts = sent?.attempts ?? 0
  const isPossiblyWritten = sent?.fate === 'inFlight' || sent?.isPossiblyWritten === true
  const persisted = isPossiblyWritten ? ('possibly' as const) : ('no' as const)
  const broker = attempts > 0 ? sent?.attempt.node : undefined
  return { topic, partition, attempts, broker, persisted, cause: sent?.lastError ?? undefined }
}
