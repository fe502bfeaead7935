import type { AccumulatorFront } from './accumulator-front.js'
import type { AccumulatorQueue } from './accumulator-queue.js'
import { createFront } from './front.js'
import type { ToFront, ToQueue } from './messages.js'
import type { AccumulatorOptions } from './options.js'
import { createQueue } from './queue.js'
import type { AccumulatorRuntime } from './runtime.js'

/**
 * Gathers single records into batches, and keeps a deque of batches for each partition (`RecordAccumulator` of the Java
 * client). It has two halves, which exchange messages and share nothing else.
 */
export interface Accumulator {
  /** The half on the caller's thread: takes records. */
  readonly front: AccumulatorFront
  /** The half on the sender's thread: gives batches. */
  readonly queue: AccumulatorQueue
}

/** How messages travel between the halves. The default of both is a direct call. Messages must stay in order. */
export interface AccumulatorLink {
  /** Brings a message of the front to `deliver`, now or later. */
  toQueue?(message: ToQueue, deliver: (message: ToQueue) => void): void
  /** Brings a message of the queue to `deliver`, now or later. */
  toFront?(message: ToFront, deliver: (message: ToFront) => void): void
}

/**
 * Makes both halves and joins them. To make them apart, on two threads, there are `createFront` from
 * `@sluice/accumulator/front` and `createQueue` from `@sluice/accumulator/queue`.
 *
 * @throws KafkaError INVALID_OPTION, naming the option
 */
export function createAccumulator(
  options: AccumulatorOptions & {
    readonly runtime: AccumulatorRuntime
    readonly link?: AccumulatorLink
  },
): Accumulator {
  const { toQueue, toFront } = options.link ?? {}
  const deliverToQueue = (message: ToQueue): void => queue.receive(message)
  const deliverToFront = (message: ToFront): void => front.receive(message)
  const front = createFront({
    ...options,
    toQueue: toQueue ? (message) => toQueue(message, deliverToQueue) : deliverToQueue,
  })
  const queue = createQueue({
    ...options,
    toFront: toFront ? (message) => toFront(message, deliverToFront) : deliverToFront,
  })
  return { front, queue }
}
