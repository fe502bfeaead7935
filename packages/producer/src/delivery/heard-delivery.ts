import type { Delivery } from '@sluice/accumulator'

/** Hears of a failure, whatever was thrown or rejected. */
export type FailureListener = (error: unknown) => void

/**
 * A delivery of promises whose failures have a listener besides the caller: in a transaction they are told by its commit, so
 * the program need not await each promise. `b` is the promise, which costs nothing while nothing fails.
 */
export function heardDelivery(delivery: Delivery, onFailure: FailureListener | null): Delivery {
  if (onFailure === null) return delivery
  return {
    ...delivery,
    settle(settlement, index, resolve, promise) {
      const { error } = settlement
      if (error !== null) {
        onFailure(error)
        // Without this the rejection of a promise that is not awaited would end the process.
        ;(promise as Promise<unknown>).catch(() => {})
      }
      delivery.settle(settlement, index, resolve, promise)
    },
  }
}
