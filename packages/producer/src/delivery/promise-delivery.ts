import type { Delivery, Settlement } from '@sluice/accumulator'
import type { RecordMetadata } from '@sluice/protocol'

type Resolve = (result: RecordMetadata | Promise<never>) => void

/** Settles the promise of one `send`; `a` is its resolve function. */
export const promiseDelivery: Delivery = {
  heldBytes: 448,
  settle(settlement: Settlement, index: number, resolve: unknown): void {
    const { error } = settlement
    // Rejecting by resolving with a rejected promise saves keeping the second function of each promise.
    ;(resolve as Resolve)(error === null ? settlement.metadata(index) : Promise.reject(error))
  },
}

let lastResolve: Resolve

/** A promise whose resolve function is `resolveOfLast()`: without a closure for each. */
export function pendingMetadata(): Promise<RecordMetadata> {
  return new Promise(keepResolve)
}

export function resolveOfLast(): Resolve {
  return lastResolve
}

function keepResolve(resolve: Resolve): void {
  lastResolve = resolve
}
