import type { QueuedBatch, RecordError } from '@sluice/accumulator'
import { detailOf, type ErrorCode, KafkaError, printable, zeroUuid } from '@sluice/protocol'
import type { BatchAnswer, RecordRefusal } from './response.js'

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

/** What a broker answered to one attempt. */
export function brokerError(code: ErrorCode, message: string | null, node: number): KafkaError {
  return new KafkaError(code, `${reasonOf(code, message)} (broker ${node})`)
}

/**
 * The broker's no: the error of the batch, and those of the records for which it is to blame (KIP-467). A batch is
 * written whole or not at all, so the others share its fate, but may be sent again.
 */
export function rejection(answer: BatchAnswer): [KafkaError, RecordError[]] {
  const { batch, message: reason, recordErrors } = answer
  const code = answer.code!
  const { count, node } = batch.attempt
  const detail = `rejected by broker ${node} at attempt ${count}: ${reasonOf(code, reason)}`
  const refused = (text: string) => new KafkaError(code, text, about(batch, false))
  const inBatch = withinBatch(recordErrors, batch)
  if (inBatch.length === 0) return [refused(detail), []]
  const named = inBatch.map(({ index, message }) => ({
    index,
    error: refused(`${detail}; of this record it said: ${message ?? 'nothing'}`),
  }))
  const others = `${detail}; nothing is wrong with this record, but with ${named.length} of the ${batch.count} in its batch: send it again`
  return [refused(others), named]
}

/** Most answers are a number and no more: then the sentence of the error says it. */
function reasonOf(code: ErrorCode, message: string | null): string {
  return message ?? detailOf(new KafkaError(code)).replace(/\.$/, '')
}

/** A broker may name records that are not there, or one a million times: each that is there counts once. */
function withinBatch(
  recordErrors: BatchAnswer['recordErrors'],
  { count }: QueuedBatch,
): RecordRefusal[] {
  const byIndex = new Map<number, RecordRefusal>()
  for (const one of recordErrors)
    if (one.index >= 0 && one.index < count) byIndex.set(one.index, one)
  return [...byIndex.values()]
}

/** The batch failed for a reason that is no broker's answer to it: of the topic, the producer or the connection. */
export function refusal(batch: QueuedBatch, reason: KafkaError): KafkaError {
  const what = isUnsure(batch) ? 'not acknowledged' : 'not sent'
  return new KafkaError(reason.code, `${what}: ${detailOf(reason)}`, {
    ...about(batch, false),
    cause: reason,
  })
}

/** What was meant for the topic before this one is not to go on: `onTopicRecreated: 'fail'`. */
export function topicRecreated(topic: string): KafkaError {
  return recreated(
    topic,
    "; with onTopicRecreated: 'fail' only what is sent from now on goes to the new one",
  )
}

/** The new topic has fewer partitions than the one before. */
export function partitionsGone(topic: string, left: number): KafkaError {
  return recreated(topic, ` with ${left} partitions: this record's is gone; send it again`)
}

/** It was not created again, or is gone, and a broker has not heard of that. */
export function topicReturned(topic: string): KafkaError {
  return recreated(
    topic,
    ', said a broker, and another one says that it was not: look whether the record is there before you send it again',
  )
}

function recreated(topic: string, more: string): KafkaError {
  const detail = `topic ${printable(topic)} was deleted and created again${more}`
  return new KafkaError('TOPIC_RECREATED', detail, { topic })
}

/** A log that is gone may have been read before; and what was sent by name may be in one of which nobody has told. */
function isUnsure({ attempt }: QueuedBatch): boolean {
  const { maybeWritten, oldLogs, unsureTopics } = attempt
  return maybeWritten || oldLogs.length > 0 || unsureTopics.includes(zeroUuid)
}

function about(batch: QueuedBatch, inFlight: boolean) {
  const { topic, partition } = batch
  const { count: attempts, node, lastError } = batch.attempt
  const persisted = inFlight || isUnsure(batch) ? ('possibly' as const) : ('no' as const)
  const broker = attempts > 0 ? node : undefined
  return { topic, partition, attempts, broker, persisted, cause: lastError ?? undefined }
}
