import type { ErrorCode, KafkaError } from '@sluice/protocol'

/** The producer id and epoch under which a batch has its sequence. */
export interface ProducerIdAndEpoch {
  readonly id: bigint
  readonly epoch: number
}

/** What gives a partition new sequences: the next epoch of the same producer id (KIP-360), or another producer id. */
export type EpochBump = 'nextEpoch' | 'newId'

/** Whether batches wait for a producer id, or are to be expected, or not even that. */
export type ProducerIdNeed = 'now' | 'soon' | 'none'

/**
 * Where producer ids and epochs come from. The rest of the sender asks here, and does not know whether the producer is
 * idempotent.
 */
export interface Epochs {
  /** What a partition begins with. Null while there is none; then it is asked for. */
  initial(now: number, need: ProducerIdNeed): ProducerIdAndEpoch | null
  /** Whether nothing is sent under this id and epoch any more: a partition that has used it begins anew. */
  isOver(used: ProducerIdAndEpoch): boolean
  /** What a partition needs after this answer has rejected a sequence for good. Null where nothing helps: then the batch fails. */
  bumpAfter(code: ErrorCode): EpochBump | null
  /** What follows `used` in a partition. Null where the partition must wait for another producer id. */
  next(used: ProducerIdAndEpoch, bump: EpochBump): ProducerIdAndEpoch | null
  /** A batch that has a sequence of this epoch will not be sent again. */
  gaveUp(used: ProducerIdAndEpoch): void
  /**
   * A partition that used this epoch is to be forgotten: a partition that begins from now on must get a higher epoch.
   * @returns whether it will. Until then the partition must be remembered
   */
  retire(used: ProducerIdAndEpoch): boolean
  /** When a producer id may be asked for again, in monotonic ms; Infinity when that is not a matter of time. */
  retryAt(now: number): number
  /** Why there is no producer id yet; null while no request for one has failed. */
  readonly lastError: KafkaError | null
  /** Tells once that the cluster gives no producer id for good, and why. */
  takeRefusal(): KafkaError | null
}

const unsequenced: ProducerIdAndEpoch = { id: -1n, epoch: -1 }

/** Of a producer that is not idempotent: its batches carry no producer id and no sequence. */
export const noEpochs: Epochs = {
  initial: () => unsequenced,
  isOver: () => false,
  bumpAfter: () => 'nextEpoch',
  next: () => unsequenced,
  gaveUp: () => {},
  retire: () => true,
  retryAt: () => Infinity,
  lastError: null,
  takeRefusal: () => null,
}
