import { describeError, type KafkaError } from '@sluice/protocol'
import type { BatchOutcome, QueueBatch, RecordError } from '../accumulator-queue.js'
import type { SettledMessage } from '../messages.js'

/** What the front must hear: one message a batch, or several where single records of it have errors of their own. */
export function settledMessages(batch: QueueBatch, outcome: BatchOutcome): SettledMessage[] {
  if (outcome.error !== null) return failures(batch, outcome.error, outcome.recordErrors ?? [])
  const { baseOffset, logAppendTime } = outcome
  return [message(batch, 0, batch.count, { failure: null, baseOffset, logAppendTime })]
}

/** In the order of the records: so their callers are told. */
function failures(
  batch: QueueBatch,
  error: KafkaError,
  recordErrors: readonly RecordError[],
): SettledMessage[] {
  const messages: SettledMessage[] = []
  let next = 0
  for (const { index, error: own } of recordErrors.toSorted((a, b) => a.index - b.index)) {
    if (index < next || index >= batch.count) continue
    if (index > next) messages.push(failed(batch, next, index - next, error))
    messages.push(failed(batch, index, 1, own))
    next = index + 1
  }
  if (next < batch.count) messages.push(failed(batch, next, batch.count - next, error))
  return messages
}

function failed(batch: QueueBatch, first: number, count: number, error: KafkaError) {
  const failure = describeError(error)
  return message(batch, first, count, { failure, baseOffset: -1n, logAppendTime: -1 })
}

function message(
  { id, first }: QueueBatch,
  from: number,
  count: number,
  end: Pick<SettledMessage, 'failure' | 'baseOffset' | 'logAppendTime'>,
): SettledMessage {
  return { type: 'settled', batch: id, first: first + from, count, ...end }
}
