import type { ErrorDescription, KafkaError } from '@sluice/protocol'
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
  /** Asks the front whether it can let these topics go, which the cluster's metadata has not been asked for lately. */
  offerIdle?(topics: readonly string[]): void
  /** Topics that the front has let go since the last call. One that is among the wanted topics, too, is wanted again since. */
  takeForgottenTopics?(): readonly string[]
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
   * Takes records out of a batch, which settle with their errors. The others, at least one, are the batch that comes back: it
   * takes the place of the first one, is settled and released instead of it, and waits as with `requeue`. No socket may read
   * the bytes of the first one any more.
   */
  exclude(
    batch: QueueBatch,
    refused: readonly RecordError[],
    retryAt: number,
    leaderEpoch: number,
  ): QueueBatch
  /**
   * Takes batches out, for the sender to fail them, in the order of append. With a topic in the filter, and with `withOpen`,
   * the front's open batches that are due are sealed and taken, too.
   */
  take(filter: TakeFilter): QueueBatch[]
  /**
   * Takes the batches that the queue has settled and released by itself since the last call: their codec failed. The sender
   * may know them, for a part of a batch is compressed after the whole was sent.
   */
  takeDiscarded(): readonly QueueBatch[]
  /** Tells the front how the batch ended. Once a batch; its memory stays until `release`. */
  settle(batch: QueueBatch, outcome: BatchOutcome): void
  /** No socket can read the batch's bytes any more: the memory may be used again. Once a batch. */
  release(batch: QueueBatch): void
  /** Hands metadata to the front. */
  publish(topics: readonly TopicSnapshot[], failure: KafkaError | null): void
  /** Takes a message of the front. */
  receive(message: ToQueue): void
}

/** Tells who leads a partition; null while that is not known. */
export type LeaderOf = (topic: string, partition: number) => Leader | null

/** The leader of a partition. */
export interface Leader {
  /** The broker's id. */
  readonly node: number
  /** The leader epoch; −1 where the cluster tells none. */
  readonly epoch: number
}

/** What the queue could give away. */
export interface Readiness {
  /** Leaders with something to send. */
  readonly nodes: ReadonlySet<number>
  /** True when the leader of a partition with something to send is not known. */
  readonly hasUnknownLeaders: boolean
  /** The next moment at which time alone changes the answer (a back-off or a deadline ends), monotonic ms; Infinity when none. */
  readonly nextAt: number
}

/** What one request may carry. */
export interface DrainLimits {
  /** Bytes of batches with their headers. A batch that is larger goes alone. */
  readonly maxBytes: number
  /** A busy broker gets full batches and what cannot wait; patient ones go on filling. */
  readonly busy: boolean
  /** Asked once for each partition before its head is taken; false skips the partition, not the broker. */
  mayDrain(topic: string, partition: number, head: QueueBatch | null): boolean
}

/** A sealed batch on its way. */
export interface QueueBatch {
  /** The id that the front gave the batch when it was opened: higher for each batch. Parts share it. */
  readonly id: number
  /** The topic's name. */
  readonly topic: string
  /** The partition's number. */
  readonly partition: number
  /** Which record of the batch that was sealed is its first: not 0 in a part, or where that record was taken out. */
  readonly first: number
  /** How many records the batch holds. */
  readonly count: number
  /** Of the first record of the batch that was sealed, in ms since 1970. */
  readonly baseTimestamp: number
  /** The latest of its records, in ms since 1970. */
  readonly maxTimestamp: number
  /** When the batch was opened, in monotonic ms. */
  readonly since: number
  /** When the batch must be settled, in monotonic ms. */
  readonly deadline: number
  /** The records as they go on the wire, compressed or not. Never changes. */
  readonly payload: Uint8Array
  /** Kafka's number of the codec of the payload: 0 for none, 1 gzip, 2 snappy, 3 lz4, 4 zstd. */
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
  /** Whether the front's open batches that are due are taken, too.
   *  @defaultValue true with a topic, else false */
  readonly withOpen?: boolean
}

/** How a batch ended. */
export type BatchOutcome = WrittenBatch | FailedBatch

/** The batch is in the log. */
export interface WrittenBatch {
  /** There is none. */
  readonly error: null
  /** The offset of the batch's first record; −1n where the broker gave none. */
  readonly baseOffset: bigint
  /** The broker's time in ms since 1970, for topics with `LogAppendTime`; else −1. */
  readonly logAppendTime: number
}

/** The batch failed. */
export interface FailedBatch {
  /** Told to the callers of its records. */
  readonly error: KafkaError
  /** Records that have errors of their own. */
  readonly recordErrors?: readonly RecordError[]
}

/** One record of a batch that has an error of its own. */
export interface RecordError {
  /** Its place in the batch, or in the part. */
  readonly index: number
  /**
   * Told instead of the batch's error, as data (`describeError`), for of ten thousand records each may have one. Records that
   * have the same description are told the same error.
   */
  readonly error: ErrorDescription
}
