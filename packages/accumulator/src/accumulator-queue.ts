import type { KafkaError } from '@sluice/protocol'
import type { TopicSnapshot, ToQueue } from './messages.js'

/**
 * The half of the accumulator on the sender's thread: a deque of sealed batches for each partition.
 * It knows partitions, not brokers: the sender tells who leads.
 */
export interface AccumulatorQueue {
  /** Called when there may be something new to do, perhaps in the middle of an append: the listener drains later. */
  onWork(listener: () => void): void
  /** True once the front has closed: whatever is left is to be failed. */
  readonly closed: boolean
  /** Topics asked for since the last call. */
  takeWantedTopics(): readonly string[]
  /** Groups what could go out by leader. `drain` takes from these groups. */
  ready(now: number, leaderOf: LeaderOf): Readiness
  /** Takes at most one batch a partition for one request to this node, oldest served last. */
  drain(node: number, limits: DrainLimits): QueuedBatch[]
  /** Puts a batch back for another attempt, before every batch with a later sequence. */
  requeue(batch: QueuedBatch, retryAt: number): void
  /**
   * Cuts a batch of several records into parts of up to half its size, which take its place and are settled and
   * released instead of it. No socket may read its bytes any more.
   */
  split(batch: QueuedBatch): QueuedBatch[]
  /** Takes out the batches whose deadline has passed. */
  takeExpired(now: number): QueuedBatch[]
  /** Takes out all of one topic, from this partition on, and what the front has due for it. */
  takeTopic(topic: string, from?: number): QueuedBatch[]
  /** Takes out everything. */
  takeAll(): QueuedBatch[]
  /** Tells the front how the batch ended. Once a batch; its memory stays until `release`. */
  settle(batch: QueuedBatch, outcome: BatchOutcome): void
  /** No socket can read the batch's bytes any more: the memory may be used again. Once a batch. */
  release(batch: QueuedBatch): void
  /** Hands metadata to the front. */
  publish(topics: readonly TopicSnapshot[], failure: KafkaError | null): void
  receive(message: ToQueue): void
}

export type LeaderOf = (topic: string, partition: number) => Leader | null

export interface Leader {
  readonly node: number
  readonly epoch: number
}

export interface Readiness {
  /** Leaders with something to send. */
  readonly nodes: ReadonlySet<number>
  /** True when a partition with something to send has no leader. */
  readonly leaderless: boolean
  /** The next moment at which time alone changes the answer (a back-off or a deadline ends), monotonic ms; Infinity when none. */
  readonly nextAt: number
}

export interface DrainLimits {
  readonly maxBytes: number
  /** A busy broker gets full batches and what cannot wait; patient ones go on filling. */
  readonly busy: boolean
  /** Asked once for each partition before its head is taken; false skips the partition, not the broker. */
  mayDrain(topic: string, partition: number, head: QueuedBatch | null): boolean
}

/** A sealed batch on its way. */
export interface QueuedBatch {
  readonly id: number
  readonly topic: string
  readonly partition: number
  /** Which record of the batch that was sealed is its first: not 0 in a part of one that was split. */
  readonly first: number
  readonly count: number
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  readonly since: number
  readonly deadline: number
  /** The records as they go on the wire, compressed or not. Never changes. */
  readonly payload: Uint8Array
  readonly codecId: 0 | 1 | 2 | 3 | 4
  /** What the sender has done with it. */
  readonly attempt: BatchAttempt
}

/** Owned and changed by the sender alone. */
export interface BatchAttempt {
  /** How often it was handed to a connection. */
  count: number
  /** The broker it was last handed to; −1 before the first. */
  node: number
  /** The leader's epoch at the last attempt; −1 before the first. A newer leader need not wait for the back-off. */
  leaderEpoch: number
  producerId: bigint
  producerEpoch: number
  /** −1 until it is drained for the first time; from then on the same for ever. */
  sequence: number
  /** Whether an attempt ended without a word on whether it was written. */
  maybeWritten: boolean
  /** Ids of the topics that such attempts went to; `zeroUuid` for one that was called by its name, which another topic may have got meanwhile. */
  unsureTopics: readonly string[]
  /** Those of them that were held for deleted: in their logs it may be under a former number. */
  oldLogs: readonly string[]
  /** Why the last attempt failed. */
  lastError: KafkaError | null
}

export type BatchOutcome =
  | { readonly error: null; readonly baseOffset: bigint; readonly logAppendTime: number }
  | { readonly error: KafkaError; readonly recordErrors?: readonly RecordError[] }

/** One record of a failed batch that has an error of its own. */
export interface RecordError {
  /** Its place in the batch, or in the part. */
  readonly index: number
  readonly error: KafkaError
}
