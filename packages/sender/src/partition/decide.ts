import type { QueuedBatch } from '@sluice/accumulator'
import { type ErrorCode, isRetriable } from '@sluice/protocol'
import type { PartitionProgress } from './partition.js'

/**
 * What an answer means for its batch.
 * - `done`: the records are in the log.
 * - `retry`: the same bytes with the same sequence again.
 * - `renumber`: surely not written, and its number will never be accepted: again, under a new one.
 * - `ask behind`: a later one's answer will show whether it was written.
 * - `split`: surely not written, and too large for the topic: again, in parts.
 * - `fail`: the records are rejected.
 */
export type Verdict = 'done' | 'retry' | 'renumber' | 'ask behind' | 'split' | 'fail'

/** After these answers of a broker nobody knows whether the records were written. */
const unsure: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'REQUEST_TIMED_OUT',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'NETWORK_EXCEPTION',
  'MALFORMED_RESPONSE',
  'UNKNOWN_SERVER_ERROR',
])

/**
 * With an offset a broker's error came after its append: it lost the leadership, say, while it waited for
 * the replicas (Kafka's `DelayedProduce`), and one of them may lead now.
 */
export function leavesUnsure(code: ErrorCode, baseOffset: bigint): boolean {
  return unsure.has(code) || (baseOffset >= 0n && isRetriable(code))
}

const staleIdentity: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_ID_MAPPING',
])

/** Another client, or an earlier life of this one, uses the same id with a later epoch. */
export function isStaleIdentity(code: ErrorCode): boolean {
  return staleIdentity.has(code)
}

/** The decision table of an idempotent or plain producer (Kafka's `TransactionManager.canRetry`, made safe: see docs/architecture.md). */
export function judge(
  code: ErrorCode | null,
  batch: QueuedBatch,
  progress: PartitionProgress,
): Verdict {
  if (code !== null && isStaleIdentity(code)) return judgeNumber(batch, progress, false)
  switch (code) {
    case null:
    case 'DUPLICATE_SEQUENCE_NUMBER':
      return 'done'
    case 'OUT_OF_ORDER_SEQUENCE_NUMBER':
      return judgeOutOfOrder(batch, progress)
    case 'UNKNOWN_PRODUCER_ID':
      return judgeNumber(batch, progress, false)
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
      // A size is checked before anything else: what an earlier attempt may have written would be written twice.
      return batch.count > 1 && !batch.attempt.maybeWritten ? 'split' : 'fail'
    default:
      return isRetriable(code) ? 'retry' : 'fail'
  }
}

function judgeOutOfOrder(batch: QueuedBatch, progress: PartitionProgress): Verdict {
  const verdict = judgeNumber(batch, progress, progress.isBehindMissing(batch))
  return verdict === 'fail' && progress.canAskBehind(batch) ? 'ask behind' : verdict
}

/** @param impossible - whether a broker that refuses this number cannot have taken it before */
function judgeNumber(
  batch: QueuedBatch,
  progress: PartitionProgress,
  impossible: boolean,
): Verdict {
  const { sequence, maybeWritten } = batch.attempt
  if (sequence < 0) return 'fail'
  // An earlier one is still open: this one was refused because that one is missing.
  if (!progress.numbered.isFirst(batch)) return 'retry'
  // Under a new number it would come behind the later one.
  if (progress.isOvertaken(batch)) return 'fail'
  // No proof that it is not in the log: a broker that was stopped and started knows only the last batch of each
  // producer, and refuses what it wrote before that one.
  return maybeWritten && !impossible ? 'fail' : 'renumber'
}
