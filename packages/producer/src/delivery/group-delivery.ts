import type { Delivery, Settlement } from '@sluice/accumulator'
import { KafkaError, type RecordMetadata } from '@sluice/protocol'
import type { ToldFailures } from '../metrics/told-failures.js'
import type { FailureListener } from './heard-delivery.js'
import { tracedRejection } from './traced-rejection.js'

/** Settles the one promise of a `sendMany`: `a` is the group of its records, `b` the record's place in the input. */
export const groupDelivery: Delivery = {
  heldBytes: 192,
  settle(settlement: Settlement, index: number, group: unknown, place: unknown): void {
    ;(group as DeliveryGroup).settle(
      place as number,
      settlement.error ?? settlement.metadata(index),
    )
  },
}

/** The records of one `sendMany`. Its promise settles with the last of them. */
export class DeliveryGroup {
  readonly promise: Promise<RecordMetadata[]>
  readonly #results: (RecordMetadata | KafkaError)[]
  readonly #told: ToldFailures
  readonly #onFailure: FailureListener | null
  #isAbandoned = false
  #unsettled: number
  #failed = 0
  #resolve!: (results: RecordMetadata[] | Promise<never>) => void

  /** @param onFailure - hears of each record that fails, at once */
  constructor(count: number, told: ToldFailures, onFailure: FailureListener | null = null) {
    this.#told = told
    this.#onFailure = onFailure
    this.#unsettled = count
    this.#results = Array.from({ length: count })
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve
    })
    if (count === 0) this.#resolve([])
  }

  settle(place: number, result: RecordMetadata | KafkaError): void {
    this.#results[place] = result
    const error = result instanceof KafkaError ? result : null
    if (this.#isAbandoned) this.#told.endOfAbandoned(error)
    if (error !== null) {
      this.#failed++
      if (!this.#isAbandoned) this.#told.add(error)
      this.#onFailure?.(error)
    }
    if (--this.#unsettled > 0) return
    if (this.#failed === 0) this.#resolve(this.#results as RecordMetadata[])
    else this.#resolve(tracedRejection(this.#failure()))
  }

  /** The caller does not wait any more. @param left - how many records wait no more, and will have no end */
  abandon(aborted: KafkaError, left: number): void {
    // The group has ended in this very task, and all its records are counted.
    if (this.#unsettled <= 0) return
    this.#isAbandoned = true
    this.#told.add(aborted, this.#unsettled)
    this.#told.abandon(this.#unsettled - left)
  }

  /** No record was sent, and none will settle. Does nothing where all have, or where the caller has heard of an abort. */
  refuse(error: unknown): void {
    if (this.#unsettled <= 0 || this.#isAbandoned) return
    this.#told.add(error, this.#unsettled)
    this.#unsettled = 0
    this.#onFailure?.(error)
    this.#resolve(Promise.reject(error))
  }

  #failure(): KafkaError {
    const results = this.#results
    const cause = results.find((result) => result instanceof KafkaError)
    const detail = `${this.#failed} of ${results.length} records failed, the first with ${cause?.message}; see results`
    return new KafkaError('PARTIAL_FAILURE', detail, { cause, results })
  }
}
