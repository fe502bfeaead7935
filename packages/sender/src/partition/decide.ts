import { type ErrorCode, isRetriable } from '@sluice/protocol'
import type { Action } from '../observer.js'
import type { EpochBump, Epochs } from '../producer-id/epochs.js'
import { canBeProbed, isBehindAbsent, isFirst, isOvertaken, isUnresolved } from './queries.js'
import type { SentBatch } from './sent-batch.js'
import type { SequenceWindow } from './sequence-window.js'

/** What the window and the answer say of a batch, as far as decisions depend on it. */
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
  /** Whether the broker has refused some of its records by name, but not all. */
  readonly isPartlyRefused: boolean
}

/** What becomes of the batches before it that await a probe. */
export type ProbeResult = 'keep' | 'retry' | 'acknowledge' | 'fail'

export interface Decision {
  readonly action: Action
  readonly awaitingProbe: ProbeResult
  /** With `resequence`: where the new sequence comes from. */
  readonly epochBump: EpochBump | null
}

/** As much of an answer to a batch as decisions depend on. */
export interface AnswerToDecide {
  readonly sent: SentBatch
  /** The code of an error, or null for an OK. */
  readonly code: ErrorCode | null
  /** The records that the broker has refused by name, each once. */
  readonly recordErrors: readonly unknown[]
}

export function decide(window: SequenceWindow, answer: AnswerToDecide, epochs: Epochs): Decision {
  const { sent, code } = answer
  const wanted = isSuccess(code) ? 'acknowledge' : actionAfter(code, situationOf(window, answer))
  const epochBump = wanted === 'resequence' ? epochs.bumpAfter(code!) : null
  // In a transaction no partition gets sequences of its own.
  const action = wanted === 'resequence' && epochBump === null ? 'fail' : wanted
  return { action, awaitingProbe: probeResultOf(action, window, sent), epochBump }
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
      return isRetriable(code) ? 'retry' : afterFinal(situation)
  }
}

/** The records that the broker does not name were not written either, unless an earlier attempt has written all of them. */
function afterFinal(situation: Situation): Action {
  return situation.isPartlyRefused && !situation.isUnresolved ? 'exclude' : 'fail'
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
  // What is left of a batch without the refused records will tell as much.
  if (action === 'awaitProbe' || action === 'exclude') return 'keep'
  if (action === 'retry') return 'retry'
  return action === 'acknowledge' && window.wasRejectedBySameLeader(sent) ? 'acknowledge' : 'fail'
}

function isSuccess(code: ErrorCode | null): code is null | 'DUPLICATE_SEQUENCE_NUMBER' {
  return code === null || code === 'DUPLICATE_SEQUENCE_NUMBER'
}

function situationOf(
  window: SequenceWindow,
  { sent, recordErrors: { length: refused } }: AnswerToDecide,
): Situation {
  return {
    isSequenced: sent.sequence >= 0,
    isFirst: isFirst(window, sent),
    isUnresolved: isUnresolved(window, sent),
    isBehindAbsent: isBehindAbsent(window, sent),
    isOvertaken: isOvertaken(window, sent),
    canBeProbed: canBeProbed(window, sent),
    isDivisible: sent.batch.count > 1,
    isPartlyRefused: refused > 0 && refused < sent.batch.count,
  }
}
