import type { ErrorCode } from '@sluice/protocol'
import type { Action } from './partition/decide.js'

/** Hears what the sender does, once for each attempt of a batch. No method is called for single records. */
export interface SenderObserver {
  /** An attempt of a batch was answered, or its connection was lost, and the sender has decided what becomes of the batch. */
  batch?(event: BatchEvent): void
}

/** One attempt of one batch, after its end. */
export interface BatchEvent {
  readonly topic: string
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
