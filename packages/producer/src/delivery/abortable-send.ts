import type { Delivery, Settlement } from '@sluice/accumulator'
import type { KafkaError } from '@sluice/protocol'
import type { ToldFailures } from '../metrics/told-failures.js'
import type { Resolve } from './promise-delivery.js'
import { tracedRejection } from './traced-rejection.js'

/** One `send` with a signal, and what its caller is told: the end of the record or, if the signal comes first, that. */
export class AbortableSend {
  readonly #resolve: Resolve
  readonly #told: ToldFailures
  #ended: Settlement | null = null
  #isAbandoned = false

  constructor(resolve: Resolve, told: ToldFailures) {
    this.#resolve = resolve
    this.#told = told
  }

  settle(settlement: Settlement, index: number): void {
    const { error } = settlement
    this.#ended = settlement
    if (this.#isAbandoned) this.#told.endOfAbandoned(error)
    else if (error !== null) this.#told.add(error)
    this.#resolve(error === null ? settlement.metadata(index) : tracedRejection(error))
  }

  /** @param left - whether the record is surely in no batch */
  abandon(aborted: KafkaError, left: boolean): void {
    this.#told.add(aborted)
    // The record has ended in this very task, and its caller hears of the signal first.
    if (this.#ended !== null) return this.#takeBack(this.#ended)
    if (left) return
    this.#isAbandoned = true
    this.#told.abandon(1)
  }

  #takeBack({ error }: Settlement): void {
    if (error === null) this.#told.unheard()
    else this.#told.add(error, -1)
  }
}

/**
 * Settles a `send` with a signal, which has a promise more than another one, and a listener: `a` is its `AbortableSend`. Measured
 * on Node 24, where a listener is dearest.
 */
export const abortableDelivery: Delivery = {
  heldBytes: 1_648,
  settle: (settlement: Settlement, index: number, send: unknown) =>
    (send as AbortableSend).settle(settlement, index),
}
