import type { EpochBump, Epochs, ProducerIdAndEpoch } from '../producer-id/epochs.js'

/** As much of the transactions as their epochs depend on. */
export interface CurrentProducer {
  /** Under which producer id and epoch batches are sent now; null while there is none. */
  readonly producer: ProducerIdAndEpoch | null
  /** Sequences under this id and epoch are lost: the next transaction must begin under another epoch. */
  loseSequences(used: ProducerIdAndEpoch): void
}

/**
 * Of a producer with a transactional id: the coordinator alone gives epochs, the same one to all partitions. Where sequences are
 * lost, the transaction is lost, too.
 */
export class TransactionalEpochs implements Epochs {
  readonly #current: CurrentProducer

  constructor(current: CurrentProducer) {
    this.#current = current
  }

  initial(): ProducerIdAndEpoch | null {
    return this.#current.producer
  }

  isOver(used: ProducerIdAndEpoch): boolean {
    return used !== this.#current.producer
  }

  bumpAfter(): EpochBump | null {
    return null
  }

  next(used: ProducerIdAndEpoch): ProducerIdAndEpoch | null {
    this.#current.loseSequences(used)
    return null
  }

  gaveUp(used: ProducerIdAndEpoch): void {
    this.#current.loseSequences(used)
  }

  /** The epoch is over only when the next transaction begins. */
  retire(used: ProducerIdAndEpoch): boolean {
    this.#current.loseSequences(used)
    return this.isOver(used)
  }

  retryAt(): number {
    return Infinity
  }

  readonly lastError = null

  takeRefusal(): null {
    return null
  }
}
