/**
 * The front half of the accumulator alone: on the caller's thread it takes records and fills batches.
 *
 * @packageDocumentation
 */
import type { AccumulatorFront } from './accumulator-front.js'
import { joinFront } from './front/front.js'
import type { ToQueue } from './messages.js'
import { type AccumulatorOptions, resolveAccumulatorOptions } from './options.js'
import type { AccumulatorRuntime } from './runtime.js'

export {
  type AccumulatorFront,
  type FrontFigures,
  type KnownTopic,
  noRoom,
  notWaiting,
  type Placed,
  type Placer,
  type RecordToAppend,
  type TopicFront,
  type WaitingRecord,
} from './accumulator-front.js'
export type { Delivery, Settlement } from './delivery.js'
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
export type {
  AccumulatorObserver,
  AccumulatorRuntime,
  CompressedEvent,
  SealedEvent,
  SealReason,
  SettledEvent,
} from './runtime.js'

/** The options of the accumulator, and the surroundings of its front. */
export interface FrontOptions extends AccumulatorOptions {
  /** Clocks, timers and the logger. `now` must be the clock of the queue, too. */
  readonly runtime: AccumulatorRuntime
  /** Takes each message to the queue, in order. It may be called in the middle of an append. */
  toQueue(message: ToQueue): void
}

/**
 * Makes the front alone, for a queue that lives elsewhere: hand what the queue says to `front.receive`. Give both
 * halves the same options. Of `compression` the front only needs to know that there is a codec; it never calls it.
 *
 * @throws KafkaError INVALID_OPTION, naming the option
 */
export function createFront(options: FrontOptions): AccumulatorFront {
  const { runtime } = options
  return joinFront(resolveAccumulatorOptions(options), runtime, (message) =>
    options.toQueue(message),
  )
}
