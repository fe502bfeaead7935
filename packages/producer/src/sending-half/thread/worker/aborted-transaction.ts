import type { SealedBatch, ToFront } from '@sluice/accumulator'
import { describeError, KafkaError } from '@sluice/protocol'

/**
 * Batches that come when their transaction has been aborted already: the front has sealed them before it heard of that. No
 * transaction begins before they have settled.
 */
export class AbortedTransaction {
  readonly #toFront: (message: ToFront) => void
  #isAborted = false

  constructor(toFront: (message: ToFront) => void) {
    this.#toFront = toFront
  }

  aborted(): void {
    this.#isAborted = true
  }

  /** Another transaction begins. */
  begin(): void {
    this.#isAborted = false
  }

  /** @returns false where the batch is to be sent */
  takes({ id, topic, partition, count, buffer }: SealedBatch): boolean {
    if (!this.#isAborted) return false
    const detail = 'the transaction was aborted before the record was sent'
    const failure = describeError(
      new KafkaError('ABORTED', detail, { topic, partition, persisted: 'no' }),
    )
    const none = { baseOffset: -1n, logAppendTime: -1 }
    this.#toFront({ type: 'settled', batch: id, first: 0, count, failure, ...none })
    this.#toFront({ type: 'released', batch: id, buffer })
    return true
  }
}
