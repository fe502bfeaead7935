/**
 * Sends batches: one Produce request for each broker. It gives sequences, retries, and decides what every answer means.
 *
 * @packageDocumentation
 */
export { createSender } from './create-sender.js'
export { senderDefaults, type SenderOptions } from './options.js'
export type {
  Action,
  BatchEvent,
  ProducedEvent,
  ProduceEvent,
  RetryEvent,
  SenderObserver,
} from './observer.js'
export type { SenderRuntime } from './runtime.js'
export type { Sender, SenderStages } from './sender.js'
export type {
  OffsetOfPartition,
  OffsetsOfGroup,
  Transactions,
} from './transactions/transactions.js'
