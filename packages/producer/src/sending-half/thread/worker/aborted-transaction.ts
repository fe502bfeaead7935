import type { SealedBatch, ToFront } from '@sluice/accumulator'
import { KafkaError } from '@sluice/protocol'
import { unsentBatch } from '../unsent-batch.js'

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
  takes(batch: SealedBatch): boolean {
    if (!this.#isAborted) return false
    const detail = 'the transaction was aborted before the record was sent'
    const error = new KafkaError('ABORTED', detail, { persisted: 'no' })
    for (const message of unsentBatch(batch, error)) this.#toFront(message)
    return true
  }
}
