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
  drain(node: number, limits: DrainLimits): QueueBatch[]
  /**
   * Puts a batch back for another attempt, in its place in the order of append. It waits until `retryAt` (monotonic ms),
   * unless `ready` hears of a leader whose epoch is higher than `leaderEpoch`, the epoch of the last attempt.
   */
  requeue(batch: QueueBatch, retryAt: number, leaderEpoch: number): void
  /**
   * Cuts a batch of several records into parts of up to half its size, which take its place and are settled and
   * released instead of it. No socket may read its bytes any more.
   */
  split(batch: QueueBatch): QueueBatch[]
  /**
   * Takes batches out, for the sender to fail them, in the order of append. With a topic in the filter, the front's open
   * batches of it that are due are sealed and taken, too.
   */
  take(filter: TakeFilter): QueueBatch[]
  /** Tells the front how the batch ended. Once a batch; its memory stays until `release`. */
  settle(batch: QueueBatch, outcome: BatchOutcome): void
  /** No socket can read the batch's bytes any more: the memory may be used again. Once a batch. */
  release(batch: QueueBatch): void
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
  /** True when the leader of a partition with something to send is not known. */
  readonly hasUnknownLeaders: boolean
  /** The next moment at which time alone changes the answer (a back-off or a deadline ends), monotonic ms; Infinity when none. */
  readonly nextAt: number
}

export interface DrainLimits {
  readonly maxBytes: number
  /** A busy broker gets full batches and what cannot wait; patient ones go on filling. */
  readonly busy: boolean
  /** Asked once for each partition before its head is taken; false skips the partition, not the broker. */
  mayDrain(topic: string, partition: number, head: QueueBatch | null): boolean
}

/** A sealed batch on its way. */
export interface QueueBatch {
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
  /** Whether this batch was appended before the other one: the order in which a partition's batches are sent. */
  isBefore(other: QueueBatch): boolean
}

/** The batches that `take` takes out. A field that is left out lets every batch pass. */
export interface TakeFilter {
  /** Batches whose deadline is not after this time, in monotonic ms. */
  readonly expiredAt?: number
  /** Batches of this topic. */
  readonly topic?: string
  /** Batches of this partition and of those with higher numbers. */
  readonly fromPartition?: number
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
