import type { ErrorCode } from '@sluice/protocol'

/** Hears what the sender does, for batches and requests. No method is called for single records. */
export interface SenderObserver {
  /** A Produce request was handed to the connection. */
  produce?(event: ProduceEvent): void
  /** A Produce request has ended: it was answered, or its connection was lost. */
  produced?(event: ProducedEvent): void
  /** A batch that was not written is sent again: whole, in parts, without some records, or once it has waited for a probe. */
  retry?(event: RetryEvent): void
  /** An attempt of a batch was answered, or its connection was lost, and the sender has decided what becomes of the batch. */
  batch?(event: BatchEvent): void
}

/** One Produce request with one batch for each of several partitions. */
export interface ProduceEvent {
  /** Tells the requests of one sender apart: counted from 1. */
  readonly id: number
  /** The id of the broker. */
  readonly node: number
  /** When it was handed to the connection, in the runtime's monotonic milliseconds. */
  readonly at: number
  /** How many records the request holds. */
  readonly records: number
  /** The sizes of the batches on the wire without their headers of 61 bytes each, one after the other. */
  readonly batchBytes: readonly number[]
  /**
   * Of each batch that is sent for the first time: for how many milliseconds it was open and waited for this request, from its
   * first record on. Left out are batches that were sent before.
   */
  readonly queueMs: readonly number[]
}

/** The end of one Produce request. */
export interface ProducedEvent {
  /** As in the `ProduceEvent` of the request. */
  readonly id: number
  /** The id of the broker. */
  readonly node: number
  /** When it ended, in the runtime's monotonic milliseconds. */
  readonly at: number
  /** Milliseconds since it was handed to the connection. */
  readonly durationMs: number
  /** Why no answer came; null for an answer, whatever errors it holds for partitions. */
  readonly errorCode: ErrorCode | null
}

/** A batch that is to be sent again. */
export interface RetryEvent {
  /** The topic's name. */
  readonly topic: string
  /** The partition's number. */
  readonly partition: number
  /** How many records the batch holds. */
  readonly records: number
  /** Why the attempt has failed. */
  readonly errorCode: ErrorCode | null
  /** What becomes of the batch. */
  readonly action: Exclude<Action, 'acknowledge' | 'fail'>
}

/** One attempt of one batch, after its end. */
export interface BatchEvent {
  /** The topic's name. */
  readonly topic: string
  /** The partition's number. */
  readonly partition: number
  /** The id of the broker. */
  readonly node: number
  /** How many records the batch holds. */
  readonly records: number
  /** The batch's size on the wire without its header of 61 bytes; where it is compressed, its compressed size. */
  readonly bytes: number
  /** How many attempts there were, this one included. */
  readonly attempts: number
  /** From the moment at which the batch was handed to the connection, in ms. */
  readonly durationMs: number
  /** Null for an OK. */
  readonly errorCode: ErrorCode | null
  /** What becomes of the batch. */
  readonly action: Action
}

/**
 * What the sender decides to do with a batch that was answered:
 * - `acknowledge`: its records are in the log.
 * - `retry`: it is sent again with the sequence it has.
 * - `resequence`: it is surely not in the log, and its sequence will never be accepted. It is sent again under another one.
 * - `awaitProbe`: it waits for the answer to a batch behind it.
 * - `split`: it is surely not in the log, and too large for the topic. It is sent again in parts.
 * - `exclude`: it is surely not in the log, since the broker refuses some of its records. These are rejected, and the others
 *   are sent again without them.
 * - `fail`: its records are rejected.
 */
export type Action =
  | 'acknowledge'
  | 'retry'
  | 'resequence'
  | 'awaitProbe'
  | 'split'
  | 'exclude'
  | 'fail'
