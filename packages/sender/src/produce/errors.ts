import type { QueueBatch, RecordError } from '@sluice/accumulator'
import {
  describeError,
  detailOf,
  type ErrorCode,
  type ErrorDescription,
  KafkaError,
  printable,
} from '@sluice/protocol'
import type { SentBatch } from '../partition/sent-batch.js'
import type { BatchAnswer } from './response.js'

/** What is known of the batch's attempts; undefined for a batch that was never sent. */
type Attempts = SentBatch | undefined

/** The deadline of a batch has passed. `trouble`: what keeps the batch from its leader now, or else from the cluster. */
export function deliveryTimeout(
  batch: QueueBatch,
  sent: Attempts,
  trouble: KafkaError | null,
): KafkaError {
  const ms = Math.round(batch.deadline - batch.since)
  const detail = `not acknowledged within ${ms} ms after ${attemptsOf(sent, trouble)}`
  return new KafkaError('DELIVERY_TIMEOUT', detail, inTrouble(batch, sent, trouble))
}

/** The batch was sent as often as `retries` lets it. The code is that of the last failure. */
export function retriesExceeded(sent: SentBatch): KafkaError {
  const { lastError, attempts, batch } = sent
  const detail = `not acknowledged after ${attempts} attempts, as many as retries permits, last ${lastError?.message ?? 'without an error'}`
  return new KafkaError(lastError?.code ?? 'DELIVERY_TIMEOUT', detail, about(batch, sent))
}

/** The producer was closed before the batch had an answer. */
export function closedEarly(
  batch: QueueBatch,
  sent: Attempts,
  trouble: KafkaError | null,
): KafkaError {
  const detail = `the producer was closed before the record was acknowledged, after ${attemptsOf(sent, trouble)}`
  return new KafkaError('PRODUCER_CLOSED', detail, inTrouble(batch, sent, trouble))
}

/** The queue has given up a batch, and has told its callers why. */
export function codecFailed({ topic, partition }: QueueBatch): KafkaError {
  const detail = `a batch for partition ${partition} of ${printable(topic)} could not be compressed`
  return new KafkaError('CODEC_FAILED', detail, { topic, partition, persisted: 'no' })
}

/** Nothing can be sent any more. */
export function producerClosed(): KafkaError {
  return new KafkaError('PRODUCER_CLOSED', 'the producer is closed; create another one')
}

/** How often it was tried, how that ended the last time, and what is in the way now. */
function attemptsOf(sent: Attempts, trouble: KafkaError | null): string {
  const lastError = sent?.lastError ?? trouble
  const last = lastError === null ? '' : `, last ${lastError.message}`
  const now = trouble === null || trouble === lastError ? '' : `; now ${trouble.message}`
  return `${sent?.attempts ?? 0} attempts${last}${now}`
}

/** What a broker answered to one attempt. */
export function brokerError(code: ErrorCode, message: string | null, node: number): KafkaError {
  return new KafkaError(code, `${reasonOf(code, message)} (broker ${node})`)
}

/**
 * The broker rejects the batch. A batch is written whole or not at all: records that the broker names as the cause have errors
 * of their own (KIP-467), and the others share the batch's fate.
 */
export function rejection(answer: BatchAnswer): [KafkaError, RecordError[]] {
  const { sent, recordErrors } = answer
  const own = refusals(answer)
  const others =
    recordErrors.length === 0
      ? ''
      : `; nothing is wrong with this record, but with ${recordErrors.length} of the ${sent.batch.count} in its batch, and an earlier attempt may have written all of them: look whether it is in the log before you send it again`
  return [rejected(answer, others), own]
}

/**
 * The records that the broker names as the cause of its answer. It may name ten thousand, so no error is made here, and those of
 * which it said the same share one description.
 */
export function refusals(answer: BatchAnswer): RecordError[] {
  if (answer.recordErrors.length === 0) return []
  const common = describeError(rejected(answer, ''))
  const byMessage = new Map<string | null, ErrorDescription>()
  return answer.recordErrors.map(({ index, message }) => {
    let error = byMessage.get(message)
    if (error === undefined) {
      const words = `of this record it said: ${message ?? 'nothing'}`
      byMessage.set(message, (error = { ...common, message: `${common.message}; ${words}` }))
    }
    return { index, error }
  })
}

function rejected({ sent, code, message }: BatchAnswer, more: string): KafkaError {
  const { batch, attempts, attempt } = sent
  const reason = reasonOf(code!, message)
  const detail = `rejected by broker ${attempt.node} at attempt ${attempts}: ${reason}${more}`
  return new KafkaError(code!, detail, about(batch, sent))
}

/** Most answers are a number and no more: then the sentence of the error says it. */
function reasonOf(code: ErrorCode, message: string | null): string {
  return message ?? detailOf(new KafkaError(code)).replace(/\.$/, '')
}

/**
 * The batch fails for a reason that is no broker's answer to it: of its topic, the producer, the connection or the transaction.
 * A reason that tells whether the records are in the log knows it better than the attempts do.
 */
export function failedBefore(batch: QueueBatch, sent: Attempts, reason: KafkaError): KafkaError {
  const what = sent?.isPossiblyWritten ? 'not acknowledged' : 'not sent'
  const details = about(batch, sent)
  return new KafkaError(reason.code, `${what}: ${detailOf(reason)}`, {
    ...details,
    persisted: reason.persisted ?? details.persisted,
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

/** As `about`, with the trouble as the cause where no attempt has failed. */
function inTrouble(batch: QueueBatch, sent: Attempts, trouble: KafkaError | null) {
  const details = about(batch, sent)
  return { ...details, cause: details.cause ?? trouble ?? undefined }
}
