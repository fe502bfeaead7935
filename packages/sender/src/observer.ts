import type { ErrorCode } from '@sluice/protocol'

/** Hears what the sender does, once for each attempt of a batch. No method is called for single records. */
export interface SenderObserver {
  /** An attempt of a batch was answered, or its connection was lost, and the sender has decided what becomes of the batch. */
  batch?(event: BatchEvent): void
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
