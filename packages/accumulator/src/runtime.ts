import type { ErrorCode } from '@sluice/protocol'

/** What the accumulator needs from its surroundings. Tests pass a clock of their own. */
export interface AccumulatorRuntime {
  /** Monotonic milliseconds. Both halves must be given the same clock, also on two threads. */
  now(): number
  /** Milliseconds since 1970. */
  wallClock(): number
  /** Runs the function once, after `ms` milliseconds. */
  setTimeout(run: () => void, ms: number): unknown
  /** Takes back what `setTimeout` gave; null does nothing. */
  clearTimeout(timer: unknown): void
  /** Runs the function at the end of this turn of the event loop. */
  setImmediate(run: () => void): unknown
  /** Is told of errors that the user's own deliveries throw. */
  readonly logger: {
    /** Logs one line. */
    error(message: string): void
  }
  /** Is told of what the accumulator does. */
  readonly observer?: AccumulatorObserver | undefined
}

/**
 * Is told of what the front of the accumulator does, for metrics and traces. Every method is optional, and nothing is
 * computed for a method that is missing. The methods must not throw.
 */
export interface AccumulatorObserver {
  /** A batch was sealed and handed to the queue. May be called in the middle of an append. */
  sealed?(event: SealedEvent): void
  /** Records of a batch have settled, whether it was sealed or not: all of them, or those that have settled together. Called before their deliveries. */
  settled?(event: SettledEvent): void
  /** A batch was compressed. */
  compressed?(event: CompressedEvent): void
}

/** Tells of records that have settled. */
export interface SettledEvent {
  /** The name of the topic. */
  readonly topic: string
  /** The number of the partition. */
  readonly partition: number
  /** How many records have settled. */
  readonly records: number
  /** When their batch was opened, in the runtime's monotonic milliseconds. */
  readonly since: number
  /** Null for records that are in the log. */
  readonly errorCode: ErrorCode | null
}

/** Tells how small a batch became. */
export interface CompressedEvent {
  /** The name of the topic. */
  readonly topic: string
  /** When the front heard of it, in the runtime's monotonic milliseconds. */
  readonly at: number
  /** The bytes of its records before compression. */
  readonly recordBytes: number
  /** The bytes that are sent. */
  readonly payloadBytes: number
}

/** Tells that a batch takes no more records. */
export interface SealedEvent {
  /** The name of the topic. */
  readonly topic: string
  /** The number of the partition. */
  readonly partition: number
  /** How many records the batch has. */
  readonly records: number
  /** The bytes of its records, before compression and without the header of the batch. */
  readonly bytes: number
  /** When the batch was opened, in the runtime's monotonic milliseconds. */
  readonly since: number
  /** How long the batch was open, in ms. */
  readonly openMs: number
  /** Why the batch was sealed. */
  readonly reason: SealReason
}

/**
 * Why a batch was sealed:
 *
 * - `full`: it has `batchBytes` or `batchRecords`, or the next record does not fit.
 * - `wanted`: it was due, and a request could carry it.
 * - `tooOld`: it was open for the larger of `lingerMs` and a second.
 * - `topicRecreated`: the topic was deleted and created again, and later records are for the new topic.
 */
export type SealReason = 'full' | 'wanted' | 'tooOld' | 'topicRecreated'
