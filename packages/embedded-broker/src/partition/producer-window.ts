import {
  judgeBatch,
  lastSequence,
  type ProducerState,
  type SequencedBatch,
  type Standing,
  type Verdict,
} from './judge-batch.js'

/** Kafka remembers this many batches of each producer in each partition. */
const windowBatches = 5

/** When a producer is forgotten. */
export interface ProducerExpiration {
  /** Kafka's `producer.id.expiration.ms`. */
  readonly expirationMs: number
  /** Milliseconds since 1970. */
  readonly wallClock: () => number
}

/** Of a producer without a transaction. */
const outsideTransactions: Standing = { open: false, verified: false, verification: undefined }

/** How often Kafka looks for producers to forget, `producer.id.expiration.check.interval.ms`. */
const expirationCheckMs = 600_000

/**
 * The idempotent window of one partition: the last five batches of each producer (KIP-98).
 *
 * `judge` decides and changes nothing; `remember` records a batch that was appended. As in Kafka, a
 * duplicate older than the window is out of order: no broker since 1.1 answers
 * DUPLICATE_SEQUENCE_NUMBER, and none of today UNKNOWN_PRODUCER_ID (KIP-360). A producer the partition has no state for
 * may begin with any sequence, but in a transaction of version 2 (KIP-890) only with 0.
 *
 * As in Kafka, a producer is forgotten at the first check after the timestamp of its last batch has become too old, unless
 * it has a transaction open.
 */
export class ProducerWindow {
  readonly #producers = new Map<bigint, ProducerState>()
  readonly #expiration: ProducerExpiration
  readonly #isOpen: (producerId: bigint) => boolean
  #nextCheck: number

  /** @param isOpen Whether a producer has a transaction open in the partition. */
  constructor(
    expiration: ProducerExpiration,
    isOpen: (producerId: bigint) => boolean = () => false,
  ) {
    this.#expiration = expiration
    this.#isOpen = isOpen
    this.#nextCheck = expiration.wallClock() + expirationCheckMs
  }

  judge(batch: SequencedBatch, standing: Standing = outsideTransactions): Verdict {
    this.#forgetExpired()
    return judgeBatch(batch, this.#producers.get(batch.producerId), standing)
  }

  remember(batch: SequencedBatch, baseOffset: bigint): void {
    const { baseSequence, maxTimestamp, producerEpoch, producerId } = batch
    const { batches } = this.#stateIn(producerId, producerEpoch, maxTimestamp)
    batches.push({
      baseSequence,
      lastSequence: lastSequence(batch),
      baseOffset,
      maxTimestamp,
    })
    if (batches.length > windowBatches) batches.shift()
  }

  /** Remembers the epoch of a marker: older batches are fenced from now on, and in a newer epoch sequences begin at 0. */
  rememberMarker(producerId: bigint, producerEpoch: number, timestamp: number): void {
    this.#stateIn(producerId, producerEpoch, timestamp)
  }

  /** The epoch of the last batch or marker of a producer, −1 for a producer without a state. */
  epochOf(producerId: bigint): number {
    return this.#producers.get(producerId)?.epoch ?? -1
  }

  /** Forgets every producer. */
  clear(): void {
    this.#producers.clear()
  }

  /** Keeps only the last batch of each producer, as Kafka's snapshot of its producers does. */
  forgetEarlier(): void {
    for (const { batches } of this.#producers.values()) batches.splice(0, batches.length - 1)
  }

  /** Forgets every producer that has no transaction open, as when their ids have expired. */
  forgetIdle(): void {
    for (const producerId of this.#producers.keys()) {
      if (!this.#isOpen(producerId)) this.#producers.delete(producerId)
    }
  }

  /** The state of a producer in an epoch. A state of another epoch is given up. */
  #stateIn(producerId: bigint, epoch: number, timestamp: number): ProducerState {
    const known = this.#producers.get(producerId)
    if (known?.epoch === epoch) {
      known.lastTimestamp = timestamp
      return known
    }
    const state = { epoch, batches: [], lastTimestamp: timestamp }
    this.#producers.set(producerId, state)
    return state
  }

  /** No timer is needed: only the next batch of a producer shows whether it is known. */
  #forgetExpired(): void {
    const { expirationMs, wallClock } = this.#expiration
    const now = wallClock()
    if (now < this.#nextCheck) return
    const lastCheck = now - ((now - this.#nextCheck) % expirationCheckMs)
    this.#nextCheck = lastCheck + expirationCheckMs
    for (const [producerId, { lastTimestamp }] of this.#producers) {
      const isOld = lastCheck - lastTimestamp >= expirationMs
      if (isOld && !this.#isOpen(producerId)) this.#producers.delete(producerId)
    }
  }
}
