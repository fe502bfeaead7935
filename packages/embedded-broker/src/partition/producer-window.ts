import { nextSequence } from '@sluice/protocol'

/** Kafka remembers this many batches of each producer in each partition. */
const windowBatches = 5

/** What the window looks at in a batch. */
export interface SequencedBatch {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly lastOffsetDelta: number
  readonly maxTimestamp: number
  readonly transactional: boolean
}

/** When a producer is forgotten. */
export interface ProducerExpiration {
  /** Kafka's `producer.id.expiration.ms`. */
  readonly expirationMs: number
  /** Milliseconds since 1970. */
  readonly wallClock: () => number
}

/** How often Kafka looks for producers to forget, `producer.id.expiration.check.interval.ms`. */
const expirationCheckMs = 600_000

/** What the broker does with a batch. A duplicate is answered with the offset it got the first time, and with its time. */
export type Verdict =
  | { readonly kind: 'append' }
  | { readonly kind: 'duplicate'; readonly baseOffset: bigint; readonly maxTimestamp: number }
  | { readonly kind: 'refused'; readonly error: SequenceError; readonly message: string }

export type SequenceError = 'INVALID_PRODUCER_EPOCH' | 'OUT_OF_ORDER_SEQUENCE_NUMBER'

interface RememberedBatch {
  readonly baseSequence: number
  readonly lastSequence: number
  readonly baseOffset: bigint
  readonly maxTimestamp: number
}

interface ProducerState {
  epoch: number
  /** Oldest first, never empty. */
  batches: RememberedBatch[]
}

/**
 * The idempotent window of one partition: the last five batches of each producer (KIP-98).
 *
 * `judge` decides and changes nothing; `remember` records a batch that was appended. As in Kafka, a
 * duplicate older than the window is out of order: no broker since 1.1 answers
 * DUPLICATE_SEQUENCE_NUMBER, and none of today UNKNOWN_PRODUCER_ID (KIP-360). A producer the partition has no state for
 * may begin with any sequence, but in a transaction, which is of version 2 here (KIP-890), only with 0.
 *
 * As in Kafka, a producer is forgotten at the first check after the timestamp of its last batch has become too old.
 */
export class ProducerWindow {
  readonly #producers = new Map<bigint, ProducerState>()
  readonly #expiration: ProducerExpiration
  #nextCheck: number

  constructor(expiration: ProducerExpiration) {
    this.#expiration = expiration
    this.#nextCheck = expiration.wallClock() + expirationCheckMs
  }

  judge(batch: SequencedBatch): Verdict {
    this.#forgetExpired()
    const state = this.#producers.get(batch.producerId)
    if (state === undefined) return judgeFirst(batch)
    if (batch.producerEpoch < state.epoch) {
      return refused(
        'INVALID_PRODUCER_EPOCH',
        `epoch ${batch.producerEpoch} of producer ${batch.producerId} is older than ${state.epoch}`,
      )
    }
    return batch.producerEpoch > state.epoch ? judgeNewEpoch(batch) : judgeSequence(batch, state)
  }

  remember(batch: SequencedBatch, baseOffset: bigint): void {
    const { baseSequence, maxTimestamp, producerEpoch, producerId } = batch
    let state = this.#producers.get(producerId)
    if (state === undefined || state.epoch !== producerEpoch) {
      state = { epoch: producerEpoch, batches: [] }
      this.#producers.set(producerId, state)
    }
    state.batches.push({
      baseSequence,
      lastSequence: lastSequence(batch),
      baseOffset,
      maxTimestamp,
    })
    if (state.batches.length > windowBatches) state.batches.shift()
  }

  /** Forgets every producer. */
  clear(): void {
    this.#producers.clear()
  }

  /** No timer is needed: only the next batch of a producer shows whether it is known. */
  #forgetExpired(): void {
    const { expirationMs, wallClock } = this.#expiration
    const now = wallClock()
    if (now < this.#nextCheck) return
    const lastCheck = now - ((now - this.#nextCheck) % expirationCheckMs)
    this.#nextCheck = lastCheck + expirationCheckMs
    for (const [producerId, { batches }] of this.#producers) {
      const age = lastCheck - (batches.at(-1)?.maxTimestamp ?? 0)
      if (age >= expirationMs) this.#producers.delete(producerId)
    }
  }
}

function judgeFirst(batch: SequencedBatch): Verdict {
  if (!batch.transactional || batch.baseSequence === 0) return { kind: 'append' }
  return refused(
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    `sequence ${batch.baseSequence} of producer ${batch.producerId} is not 0, and there is no state of it`,
  )
}

function judgeNewEpoch(batch: SequencedBatch): Verdict {
  if (batch.baseSequence === 0) return { kind: 'append' }
  return refused(
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    `sequence ${batch.baseSequence} is not 0 in the new epoch ${batch.producerEpoch} of producer ${batch.producerId}`,
  )
}

function judgeSequence(batch: SequencedBatch, state: ProducerState): Verdict {
  const last = lastSequence(batch)
  const known = state.batches.find(
    (seen) => seen.baseSequence === batch.baseSequence && seen.lastSequence === last,
  )
  if (known !== undefined) {
    const { baseOffset, maxTimestamp } = known
    return { kind: 'duplicate', baseOffset, maxTimestamp }
  }
  const end = state.batches.at(-1)?.lastSequence ?? -1
  if (batch.baseSequence === nextSequence(end, 1)) return { kind: 'append' }
  return refused(
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    `sequence ${batch.baseSequence} of producer ${batch.producerId} does not follow ${end}`,
  )
}

function lastSequence(batch: SequencedBatch): number {
  return nextSequence(batch.baseSequence, batch.lastOffsetDelta)
}

function refused(error: SequenceError, message: string): Verdict {
  return { kind: 'refused', error, message }
}
