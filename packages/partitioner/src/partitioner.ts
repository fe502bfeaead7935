import type { ProducerRecord } from '@sluice/protocol'

/** Chooses a partition for each record that does not name one. */
export interface Partitioner {
  /** One chooser a topic, made at the topic's first record: what it keeps needs no map. */
  forTopic(topic: string): TopicPartitioner
}

/** Chooses the partitions of one topic's records. */
export interface TopicPartitioner {
  /**
   * @returns a partition number below `topic.partitionCount`. Anything else rejects that record alone
   * with INVALID_PARTITION.
   */
  partition(input: PartitionInput, topic: TopicView): number
  /**
   * Told of each record that this partitioner placed, once it is in a batch: directly after its
   * `partition` call, and not at all for a record that found no room (it is asked again later).
   */
  onAppend?(partition: number, bytes: number, tailOpen: boolean): void
}

/** Valid during the call only: the producer reuses the object and the key's bytes for the next record. */
export interface PartitionInput {
  /** The key as it is written, UTF-8 for text; null without a key. */
  readonly keyBytes: Uint8Array | null
  /** The record as the caller gave it. */
  readonly record: ProducerRecord
}

/** The topic as the producer sees it now. */
export interface TopicView {
  /** How many partitions the topic has; they are numbered from 0. */
  readonly partitionCount: number
  /** Partitions that have a leader; all of them when none has one. Never empty. Another list when leaders change. */
  readonly available: readonly number[]
  /** About how many bytes of records fill a batch. */
  readonly batchBytes: number
  /** Batches of this partition that are not settled. */
  queuedBatches(partition: number): number
  /** For how many milliseconds the partition's oldest unsettled batch has been waiting. */
  delayedMs(partition: number): number
  /** The `broker.rack` of the partition's leader, where it is known. */
  leaderRack?(partition: number): string | undefined
}
