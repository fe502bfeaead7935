import type { BatchIdentity } from './batch-identity.js'

/**
 * The question to the coordinator whether a partition is in a transaction, from before it is asked until the first batch
 * of the transaction is in the log (Kafka's `VerificationStateEntry`, KIP-890).
 */
export interface Verification {
  readonly producerEpoch: number
  /** The lowest sequence that was seen since the question: no later batch may come first. */
  readonly lowestSequence: number
  /** Whether the request enrols the partition, as under transactions of version 2. */
  readonly enrols: boolean
}

/** The open questions of one partition. A marker ends the question of its producer, so that a late answer counts for nothing. */
export class Verifications {
  readonly #open = new Map<bigint, Mutable>()

  begin({ baseSequence, producerEpoch, producerId }: BatchIdentity, enrols: boolean): Verification {
    const open = this.#open.get(producerId)
    if (open === undefined) {
      const begun = { producerEpoch, lowestSequence: baseSequence, enrols }
      this.#open.set(producerId, begun)
      return begun
    }
    const isNewer = producerEpoch > open.producerEpoch
    if (isNewer || (producerEpoch === open.producerEpoch && baseSequence < open.lowestSequence)) {
      open.lowestSequence = baseSequence
    }
    if (isNewer) open.producerEpoch = producerEpoch
    return open
  }

  /** The open question about a producer. */
  of(producerId: bigint): Verification | undefined {
    return this.#open.get(producerId)
  }

  end(producerId: bigint): void {
    this.#open.delete(producerId)
  }
}

type Mutable = { -readonly [Key in keyof Verification]: Verification[Key] }
