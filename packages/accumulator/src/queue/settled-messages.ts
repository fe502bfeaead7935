import { describeError, type ErrorDescription } from '@sluice/protocol'
import type { BatchOutcome, RecordError } from '../accumulator-queue.js'
import type { SettledMessage } from '../messages.js'
import type { QueueBatch, Run } from './queue-batch.js'

/**
 * What the front must hear: one message a batch, or several where single records have errors of their own, or where records
 * between them have left the batch.
 */
export function settledMessages(batch: QueueBatch, outcome: BatchOutcome): SettledMessage[] {
  if (outcome.error !== null)
    return failures(batch, describeError(outcome.error), outcome.recordErrors ?? [])
  const { baseOffset, logAppendTime } = outcome
  return batch.runs(0, batch.count).map((run) => {
    const offset = baseOffset < 0n ? baseOffset : baseOffset + BigInt(run.from)
    return message(batch, run, { failure: null, baseOffset: offset, logAppendTime })
  })
}

/** Of the records that leave the batch. */
export function refusedMessages(
  batch: QueueBatch,
  refused: readonly RecordError[],
): SettledMessage[] {
  return [...inOrder(refused, batch.count)].flatMap(([from, count, error]) =>
    failed(batch, from, count, error),
  )
}

/** In the order of the records: so their callers are told. */
function failures(
  batch: QueueBatch,
  error: ErrorDescription,
  recordErrors: readonly RecordError[],
): SettledMessage[] {
  const messages: SettledMessage[] = []
  let next = 0
  for (const [from, count, own] of inOrder(recordErrors, batch.count)) {
    if (from > next) messages.push(...failed(batch, next, from - next, error))
    messages.push(...failed(batch, from, count, own))
    next = from + count
  }
  if (next < batch.count) messages.push(...failed(batch, next, batch.count - next, error))
  return messages
}

/** Each record counts once. Neighbours with the same error are told together. */
function* inOrder(
  recordErrors: readonly RecordError[],
  end: number,
): Generator<[from: number, count: number, error: ErrorDescription]> {
  const sorted = recordErrors.toSorted((a, b) => a.index - b.index)
  let from = 0
  let count = 0
  let error: ErrorDescription | null = null
  for (const one of sorted) {
    const next = from + count
    if (one.index < next || one.index >= end) continue
    if (error !== null && (one.index > next || one.error !== error)) {
      yield [from, count, error]
      count = 0
    }
    if (count === 0) from = one.index
    count++
    error = one.error
  }
  if (error !== null) yield [from, count, error]
}

function failed(batch: QueueBatch, from: number, count: number, failure: ErrorDescription) {
  return batch
    .runs(from, count)
    .map((run) => message(batch, run, { failure, baseOffset: -1n, logAppendTime: -1 }))
}

function message(
  { id }: QueueBatch,
  { first, count }: Run,
  end: Pick<SettledMessage, 'failure' | 'baseOffset' | 'logAppendTime'>,
): SettledMessage {
  return { type: 'settled', batch: id, first, count, ...end }
}
