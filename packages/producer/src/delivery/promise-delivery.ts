import type { Delivery } from '@sluice/accumulator'
import type { RecordMetadata } from '@sluice/protocol'
import type { ToldFailures } from '../metrics/told-failures.js'
import { tracedRejection } from './traced-rejection.js'

/** Resolving with a rejected promise rejects, so the second function of each promise need not be kept. */
export type Resolve = (result: RecordMetadata | Promise<never>) => void

/** Settles the promise of one `send`: `a` is the resolve function of the promise. */
export function promiseDelivery(told: ToldFailures): Delivery {
  return {
    // With what the caller mostly hangs on the promise: an `await` or a `then`, and their own promise.
    heldBytes: 448,
    // Measured on Node 20: the promise and its resolve function hold 160, and their places in arrays 16. Callers of many
    // records that wait at once hang little on each, such as one `Promise.all` on all.
    waitingBytes: 184,
    settle(settlement, index, resolve) {
      const { error } = settlement
      if (error === null) return (resolve as Resolve)(settlement.metadata(index))
      told.add(error)
      ;(resolve as Resolve)(tracedRejection(error))
    },
  }
}

/** The same where each pending record holds more, in bytes. */
export function heavier(delivery: Delivery, moreBytes: number): Delivery {
  if (moreBytes === 0) return delivery
  const { heldBytes, waitingBytes = heldBytes } = delivery
  return {
    ...delivery,
    heldBytes: heldBytes + moreBytes,
    waitingBytes: waitingBytes + moreBytes,
  }
}

const none: Resolve = () => {}
let lastResolve = none

/** Makes a promise whose resolve function is `resolveOfLast()`. A closure for each promise would cost more. */
export function pendingMetadata(): Promise<RecordMetadata> {
  return new Promise(keepResolve)
}

/**
 * The resolve function of the promise that `pendingMetadata` made last, once. It is not kept here: it holds its promise,
 * and with it what the caller's context (`AsyncLocalStorage`) holds.
 */
export function resolveOfLast(): Resolve {
  const resolve = lastResolve
  lastResolve = none
  return resolve
}

function keepResolve(resolve: Resolve): void {
  lastResolve = resolve
}
