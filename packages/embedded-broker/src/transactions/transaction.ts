import type { TopicPartition } from '@sluice/protocol'

/** Where a transactional id stands, by Kafka's names. */
export type TransactionState =
  | 'Empty'
  | 'Ongoing'
  | 'PrepareCommit'
  | 'PrepareAbort'
  | 'CompleteCommit'
  | 'CompleteAbort'

/** The identity of a producer. */
export interface ProducerIdentity {
  readonly producerId: bigint
  readonly producerEpoch: number
}

/** No client gets the epoch 32767, so that there is always a next one to fence it with. */
export const lastClientEpoch = 32_766
const highestEpoch = 32_767

/** Whether a producer needs another id to go on. */
export function isExhausted(epoch: number): boolean {
  return epoch >= lastClientEpoch
}

/**
 * A transactional id as its coordinator knows it (Kafka's `TransactionMetadata`): the identity of its producer, the
 * state, and what takes part in the transaction. Each method is one transition; whether it may be made is for
 * `judgeInit` and `judgeEnd` to say.
 */
export class Transaction {
  readonly id: string
  producerId: bigint
  /** −1 before the first InitProducerId was answered. */
  producerEpoch = -1
  /** The id before the last transition, so that a repeated request is recognised after the id has changed. */
  previousProducerId = -1n
  /** The epoch before the last one, −1 where it must not be used again. */
  lastEpoch = -1
  /** Milliseconds. */
  timeoutMs = 0
  state: TransactionState = 'Empty'
  /** When the present transaction began, or the last one, in ms since 1970; −1 where there was none since the producer began. */
  startedAt = -1
  readonly #partitions = new Map<string, TopicPartition>()
  /** The id that takes the place of one whose epochs are used up, when the transaction has ended. */
  #nextProducerId: bigint | null = null

  constructor(id: string, producerId: bigint) {
    this.id = id
    this.producerId = producerId
  }

  get identity(): ProducerIdentity {
    return { producerId: this.producerId, producerEpoch: this.producerEpoch }
  }

  get isEnding(): boolean {
    return this.state === 'PrepareCommit' || this.state === 'PrepareAbort'
  }

  /** The next epoch, for a producer that begins or goes on. @param lastEpoch The epoch that it had, −1 for none. */
  nextEpoch(lastEpoch: number): void {
    this.#leave()
    this.producerEpoch++
    this.lastEpoch = lastEpoch
    this.#empty()
  }

  /** A repeated InitProducerId: the epoch stays. */
  sameEpoch(): void {
    this.#leave()
    this.#empty()
  }

  /** Another id, with epoch 0. */
  rotate(producerId: bigint, lastEpoch: number): void {
    this.#leave()
    this.producerId = producerId
    this.producerEpoch = 0
    this.lastEpoch = lastEpoch
    this.#empty()
  }

  /** What takes part. The offsets of groups stand there as partitions of `__consumer_offsets`. */
  get partitions(): TopicPartition[] {
    return [...this.#partitions.values()]
  }

  has(partition: TopicPartition): boolean {
    return this.#partitions.has(keyOf(partition))
  }

  add(partitions: readonly TopicPartition[], now: number): void {
    this.#leave()
    if (this.state !== 'Ongoing') this.startedAt = now
    this.state = 'Ongoing'
    for (const partition of partitions) this.#partitions.set(keyOf(partition), partition)
  }

  /**
   * Decides how the transaction ends. The markers are still to be written.
   *
   * @param bump Whether it ends with the next epoch, as under transactions of version 2.
   * @param nextProducerId The id that follows when the epochs of this one are used up.
   */
  prepare(committed: boolean, bump: boolean, nextProducerId: bigint | null = null): void {
    this.#leave()
    if (bump) {
      this.lastEpoch = this.producerEpoch
      this.producerEpoch = Math.min(this.producerEpoch + 1, highestEpoch)
    }
    this.#nextProducerId = nextProducerId
    this.state = committed ? 'PrepareCommit' : 'PrepareAbort'
  }

  /** Takes the epoch from a producer whose transaction is to be aborted, under transactions of version 1. */
  fence(): void {
    this.producerEpoch = Math.min(this.producerEpoch + 1, highestEpoch)
    this.lastEpoch = -1
  }

  /** Who the producer will be when the markers are written. */
  get identityAfterwards(): ProducerIdentity {
    if (this.#nextProducerId === null) return this.identity
    return { producerId: this.#nextProducerId, producerEpoch: 0 }
  }

  /** The markers are written. */
  complete(): void {
    const { producerEpoch, producerId } = this.identityAfterwards
    this.#leave()
    this.producerId = producerId
    this.producerEpoch = producerEpoch
    this.#nextProducerId = null
    this.state = this.state === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort'
    this.#partitions.clear()
  }

  #leave(): void {
    this.previousProducerId = this.producerId
  }

  #empty(): void {
    this.state = 'Empty'
    this.startedAt = -1
    this.#partitions.clear()
  }
}

function keyOf({ partition, topic }: TopicPartition): string {
  return `${topic}-${partition}`
}
