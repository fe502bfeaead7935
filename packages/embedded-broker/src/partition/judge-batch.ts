import { nextSequence } from '@sluice/protocol'
import type { Verification } from './verifications.js'

/** What the window looks at in a batch. */
export interface SequencedBatch {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly lastOffsetDelta: number
  readonly maxTimestamp: number
  readonly transactional: boolean
}

/** What the broker does with a batch. A duplicate is answered with the offset it got the first time, and with its time. */
export type Verdict =
  | { readonly kind: 'append' }
  | { readonly kind: 'duplicate'; readonly baseOffset: bigint; readonly maxTimestamp: number }
  | { readonly kind: 'refused'; readonly error: SequenceError; readonly message: string }

export type SequenceError =
  | 'INVALID_PRODUCER_EPOCH'
  | 'INVALID_TXN_STATE'
  | 'OUT_OF_ORDER_SEQUENCE_NUMBER'

/** A batch that a repetition of it is recognised by. */
export interface RememberedBatch {
  readonly baseSequence: number
  readonly lastSequence: number
  readonly baseOffset: bigint
  readonly maxTimestamp: number
}

/** What a partition knows of a producer. */
export interface ProducerState {
  epoch: number
  /** Oldest first. Empty when the epoch came with a marker and no batch has followed. */
  batches: RememberedBatch[]
  /** Of the last batch or marker, in milliseconds since 1970. */
  lastTimestamp: number
}

/** How a producer stands to transactions in the partition. */
export interface Standing {
  /** Whether it has a transaction open there, in the epoch of the batch if that is transactional. */
  readonly open: boolean
  /** Whether the coordinator has said that the partition is in the transaction. */
  readonly verified: boolean
  /** The last question to the coordinator, where no batch has followed it: of any epoch, as in Kafka. */
  readonly verification: Verification | undefined
}

/** @param state What the partition knows of the producer of the batch. */
export function judgeBatch(
  batch: SequencedBatch,
  state: ProducerState | undefined,
  { open, verification, verified }: Standing,
): Verdict {
  const isOutside = batch.transactional && !open && !verified
  const refusal =
    (state && judgeKnown(batch, state)) ??
    (isOutside ? outside(batch) : undefined) ??
    (verification && judgeFirst(batch, state, verification))
  if (refusal !== undefined) return refusal
  const verdict = judgeNext(batch, state)
  const isBeside = open && !batch.transactional
  return isBeside && verdict.kind === 'append' ? beside(batch) : verdict
}

const append: Verdict = { kind: 'append' }

/** What the state of the producer says at once: a repeated batch, or one of an older epoch. */
function judgeKnown(batch: SequencedBatch, state: ProducerState): Verdict | undefined {
  const { baseSequence, producerEpoch, producerId } = batch
  if (producerEpoch < state.epoch) {
    return refused(
      'INVALID_PRODUCER_EPOCH',
      `epoch ${producerEpoch} of producer ${producerId} is older than ${state.epoch}`,
    )
  }
  if (producerEpoch > state.epoch) return undefined
  const last = lastSequence(batch)
  const known = state.batches.find(
    (seen) => seen.baseSequence === baseSequence && seen.lastSequence === last,
  )
  if (known === undefined) return undefined
  return { kind: 'duplicate', baseOffset: known.baseOffset, maxTimestamp: known.maxTimestamp }
}

/** The refusal of a batch that may not be the first since the coordinator was asked. */
function judgeFirst(
  { baseSequence, producerId }: SequencedBatch,
  state: ProducerState | undefined,
  verification: Verification,
): Verdict | undefined {
  const { enrols, lowestSequence } = verification
  if (enrols && baseSequence !== 0 && (state === undefined || state.batches.length === 0)) {
    return refused(
      'OUT_OF_ORDER_SEQUENCE_NUMBER',
      `sequence ${baseSequence} of producer ${producerId} is not 0, and there is no state of it`,
    )
  }
  if (baseSequence <= lowestSequence) return undefined
  return refused(
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    `sequence ${baseSequence} of producer ${producerId} comes before ${lowestSequence}, which was seen already`,
  )
}

function outside({ producerId }: SequencedBatch): Verdict {
  return refused(
    'INVALID_TXN_STATE',
    `the partition is in no transaction of producer ${producerId}`,
  )
}

function beside({ producerId }: SequencedBatch): Verdict {
  return refused(
    'INVALID_TXN_STATE',
    `producer ${producerId} has a transaction open here, and the batch is in none`,
  )
}

function judgeNext(batch: SequencedBatch, state: ProducerState | undefined): Verdict {
  if (state === undefined) return append
  return batch.producerEpoch > state.epoch ? judgeNewEpoch(batch) : judgeSequence(batch, state)
}

function judgeNewEpoch(batch: SequencedBatch): Verdict {
  if (batch.baseSequence === 0) return append
  return refused(
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    `sequence ${batch.baseSequence} is not 0 in the new epoch ${batch.producerEpoch} of producer ${batch.producerId}`,
  )
}

function judgeSequence(batch: SequencedBatch, state: ProducerState): Verdict {
  const end = state.batches.at(-1)?.lastSequence ?? -1
  if (batch.baseSequence === nextSequence(end, 1)) return append
  return refused(
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    `sequence ${batch.baseSequence} of producer ${batch.producerId} does not follow ${end}`,
  )
}

/** The sequence of the last record of a batch. */
export function lastSequence(batch: SequencedBatch): number {
  return nextSequence(batch.baseSequence, batch.lastOffsetDelta)
}

function refused(error: SequenceError, message: string): Verdict {
  return { kind: 'refused', error, message }
}
