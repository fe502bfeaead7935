import type { ErrorCode, ErrorDescription, PartitionMetadata } from '@sluice/protocol'

/*
 * All that the two halves say to each other. Plain data, without functions or classes, so that the
 * halves can live on two threads: every message survives `structuredClone`.
 */

/** From the front, on the caller's thread, to the queue, on the sender's. */
export type ToQueue =
  | { readonly type: 'sealed'; readonly batch: SealedBatch }
  | DueMessage
  | { readonly type: 'topic'; readonly topic: string }
  | { readonly type: 'close' }

/** From the queue to the front. */
export type ToFront =
  | { readonly type: 'wanted'; readonly topic: string; readonly partition: number }
  | SettledMessage
  | { readonly type: 'released'; readonly batch: number; readonly buffer: ArrayBuffer }
  | CompressedMessage
  | MetadataMessage

/** A batch that takes no more records. */
export interface SealedBatch {
  readonly id: number
  readonly topic: string
  readonly partition: number
  /** Holds the records from its start on; the rest is spare room. */
  readonly buffer: ArrayBuffer
  readonly bytes: number
  readonly count: number
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  /** When it was opened, in monotonic milliseconds. */
  readonly since: number
  /** When it must be settled, in monotonic milliseconds. */
  readonly deadline: number
}

/**
 * The partition's open batch may go. A patient one (due only because a turn of the event loop ended)
 * goes on filling while its broker is busy; another goes as soon as a request can carry it.
 */
export interface DueMessage {
  readonly type: 'due'
  readonly topic: string
  readonly partition: number
  readonly patient: boolean
}

/** The end of a batch, or of a part of one that was split. `failure` is null when it is in the log. */
export interface SettledMessage {
  readonly type: 'settled'
  readonly batch: number
  /** Which of the batch's records: so many, beginning with this one. */
  readonly first: number
  readonly count: number
  readonly failure: ErrorDescription | null
  /** −1n where the broker gave none. */
  readonly baseOffset: bigint
  /** The broker's time in ms, for topics with `LogAppendTime`; else −1. */
  readonly logAppendTime: number
}

/** How small the records of a batch became, for the size of the topic's next ones. */
export interface CompressedMessage {
  readonly type: 'compressed'
  readonly topic: string
  readonly recordBytes: number
  readonly payloadBytes: number
}

/** What the cluster says of the topics that changed, and why there is no newer answer. */
export interface MetadataMessage {
  readonly type: 'metadata'
  readonly topics: readonly TopicSnapshot[]
  readonly failure: ErrorDescription | null
}

export interface TopicSnapshot {
  readonly name: string
  /** Another id is another topic of the same name: what is open for the one before is sealed. */
  readonly id?: string
  /** Set when the cluster refuses the topic for good. */
  readonly error: ErrorCode | null
  readonly partitions: readonly PartitionMetadata[]
}
