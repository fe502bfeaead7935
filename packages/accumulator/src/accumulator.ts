import type { AccumulatorFront } from './accumulator-front.js'
import type { AccumulatorQueue } from './accumulator-queue.js'
import { createFront } from './front.js'
import type { ToFront, ToQueue } from './messages.js'
import type { AccumulatorOptions } from './options.js'
import { createQueue } from './queue.js'
import type { AccumulatorRuntime } from './runtime.js'

/**
 * Gathers single records into batches, a deque of them for each partition (Kafka's
 * `RecordAccumulator`). Two halves, which exchange messages and nothing else.
 */
export interface Accumulator {
  readonly front: AccumulatorFront
  readonly queue: AccumulatorQueue
}

/** How messages travel between the halves; both default to a direct call. */
export interface AccumulatorLink {
  toQueue?(message: ToQueue, deliver: (message: ToQueue) => void): void
  toFront?(message: ToFront, deliver: (message: ToFront) => void): void
}

/** @throws KafkaError INVALID_OPTION */
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
    toQueue: toQueue ? (m) => toQueue(m, deliverToQueue) : deliverToQueue,
  })
  const queue = createQueue({
    ...options,
    toFront: toFront ? (m) => toFront(m, deliverToFront) : deliverToFront,
  })
  return { front, queue }
}
