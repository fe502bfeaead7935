/**
 * Gathers single records into full batches, within hard bounds of memory and time.
 *
 * @packageDocumentation
 */
export { type Accumulator, type AccumulatorLink, createAccumulator } from './accumulator.js'
export {
  type AccumulatorFront,
  type FrontFigures,
  type KnownTopic,
  type LateContent,
  noRoom,
  notWaiting,
  type Placed,
  type Placer,
  type RecordToAppend,
  type TopicFront,
  type WaitingRecord,
} from './accumulator-front.js'
export type {
  AccumulatorQueue,
  BatchOutcome,
  DrainLimits,
  FailedBatch,
  Leader,
  LeaderOf,
  QueueBatch,
  Readiness,
  TakeFilter,
  RecordError,
  WrittenBatch,
} from './accumulator-queue.js'
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
export type { QueueFigures } from './queue-figures.js'
export type {
  AccumulatorObserver,
  AccumulatorRuntime,
  CompressedEvent,
  SealedEvent,
  SealReason,
  SettledEvent,
} from './runtime.js'
