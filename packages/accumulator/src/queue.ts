/**
 * The queue half of the accumulator alone: on the sender's thread it keeps sealed batches until they are sent.
 *
 * @packageDocumentation
 */
import type { AccumulatorQueue } from './accumulator-queue.js'
import type { ToFront } from './messages.js'
import { type AccumulatorOptions, resolveAccumulatorOptions } from './options.js'
import { createQueue as joinQueue } from './queue/queue.js'

export type {
  AccumulatorQueue,
  BatchOutcome,
  DrainLimits,
  FailedBatch,
  Leader,
  LeaderOf,
  QueueBatch,
  Readiness,
  RecordError,
  WrittenBatch,
} from './accumulator-queue.js'
export type {
  CloseMessage,
  CompressedMessage,
  DueMessage,
  ForgottenMessage,
  IdleMessage,
  MetadataMessage,
  ReleasedMessage,
  SealedBatch,
  SealedMessage,
  SettledMessage,
  ToFront,
  TopicMessage,
  TopicSnapshot,
  ToQueue,
  WantedMessage,
} from './messages.js'
export { accumulatorDefaults, type AccumulatorOptions } from './options.js'

/** The options of the accumulator, and the way to the front. */
export interface QueueOptions extends AccumulatorOptions {
  /** Takes each message to the front, in order. */
  toFront(message: ToFront): void
}

/**
 * Makes the queue alone, for a front that lives elsewhere: hand what the front says to `queue.receive`. Give both
 * halves the same options. The queue is the half that calls the codec of `compression`.
 *
 * @throws KafkaError INVALID_OPTION, naming the option
 */
export function createQueue(options: QueueOptions): AccumulatorQueue {
  return joinQueue(resolveAccumulatorOptions(options), (message) => options.toFront(message))
}
