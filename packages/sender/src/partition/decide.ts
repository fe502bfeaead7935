import { type ErrorCode, isRetriable } from '@sluice/protocol'
import type { Action } from '../observer.js'
import type { EpochBump, Epochs } from '../producer-id/epochs.js'
import { canBeProbed, isBehindAbsent, isFirst, isOvertaken, isUnresolved } from './queries.js'
import type { SentBatch } from './sent-batch.js'
import type { SequenceWindow } from './sequence-window.js'

/** What the window says of a batch that was answered, as far as decisions depend on it. */
export interface Situation {
  /** Whether the batch has a sequence. */
  readonly isSequenced: boolean
  /** Whether no batch before it is open. */
  readonly isFirst: boolean
  /** Whether an attempt may have written it. */
  readonly isUnresolved: boolean
  /** Whether a batch before it is surely not in the log. */
  readonly isBehindAbsent: boolean
  /** Whether the log may have a batch behind it although it lacks an earlier one. */
  readonly isOvertaken: boolean
  /** Whether the answer to a batch behind it can tell its fate. */
  readonly canBeProbed: boolean
  /** Whether it holds several records. */
  readonly isDivisible: boolean
}

/** What becomes of the batches before it that await a probe. */
export type ProbeResult = 'keep' | 'retry' | 'acknowledge' | 'fail'

export interface Decision {
  readonly action: Action
  readonly awaitingProbe: ProbeResult
  /** With `resequence`: where the new sequence comes from. */
  readonly epochBump: EpochBump | null
}

/** The code of an error, or null for an OK. */
export function decide(
  window: SequenceWindow,
  sent: SentBatch,
  code: ErrorCode | null,
  epochs: Epochs,
): Decision {
  const action = isSuccess(code) ? 'acknowledge' : actionAfter(code, situationOf(window, sent))
  return {
    action,
    awaitingProbe: probeResultOf(action, window, sent),
    epochBump: action === 'resequence' ? epochs.bumpAfter(code!) : null,
  }
}

/** Of a batch whose callers have been told already: it is not sent again, whatever its answer. */
export function decideLate(
  window: SequenceWindow,
  sent: SentBatch,
  code: ErrorCode | null,
): Decision {
  const isWritten = isSuccess(code)
  return {
    action: isWritten ? 'acknowledge' : 'fail',
    awaitingProbe: probeResultOf(isWritten ? 'acknowledge' : 'retry', window, sent),
    epochBump: null,
  }
}

/** The decision table of the package's README (Kafka's `TransactionManager.canRetry`, made safe). */
export function actionAfter(code: ErrorCode, situation: Situation): Action {
  switch (code) {
    case 'OUT_OF_ORDER_SEQUENCE_NUMBER':
      return afterOutOfOrder(situation)
    case 'UNKNOWN_PRODUCER_ID':
    case 'INVALID_PRODUCER_EPOCH':
    case 'PRODUCER_FENCED':
    case 'INVALID_PRODUCER_ID_MAPPING':
      return afterRejectedSequence(situation, !situation.isUnresolved)
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
      // A size is checked before anything else: what an earlier attempt may have written would be written twice.
      return situation.isDivisible && !situation.isUnresolved ? 'split' : 'fail'
    default:
      return isRetriable(code) ? 'retry' : 'fail'
  }
}

function afterOutOfOrder(situation: Situation): Action {
  // OUT_OF_ORDER alone does not prove that the batch is not in the log: a broker that was stopped and started knows only the
  // last batch of each producer, and rejects what it wrote before that batch.
  const isAbsent = !situation.isUnresolved || situation.isBehindAbsent
  const action = afterRejectedSequence(situation, isAbsent)
  return action === 'fail' && situation.canBeProbed ? 'awaitProbe' : action
}

function afterRejectedSequence(situation: Situation, isAbsent: boolean): Action {
  if (!situation.isSequenced) return 'fail'
  // An earlier batch is open: this one was rejected because that one is missing.
  if (!situation.isFirst) return 'retry'
  // Under a new sequence an overtaken batch would come behind a later one.
  return isAbsent && !situation.isOvertaken ? 'resequence' : 'fail'
}

/**
 * A broker takes a producer's batches in their order. A leader that has this batch had those that it rejected, too, for they
 * were sent before.
 */
function probeResultOf(action: Action, window: SequenceWindow, sent: SentBatch): ProbeResult {
  if (action === 'awaitProbe') return 'keep'
  if (action === 'retry') return 'retry'
  return action === 'acknowledge' && window.wasRejectedBySameLeader(sent) ? 'acknowledge' : 'fail'
}

function isSuccess(code: ErrorCode | null): code is null | 'DUPLICATE_SEQUENCE_NUMBER' {
  return code === null || code === 'DUPLICATE_SEQUENCE_NUMBER'
}

function situationOf(window: SequenceWindow, sent: SentBatch): Situation {
  return {
    isSequenced: sent.sequence >= 0,
    isFirst: isFirst(window, sent),
    isUnresolved: isUnresolved(window, sent),
    isBehindAbsent: isBehindAbsent(window, sent),
    isOvertaken: isOvertaken(window, sent),
    canBeProbed: canBeProbed(window, sent),
    isDivisible: sent.batch.count > 1,
  }
}
