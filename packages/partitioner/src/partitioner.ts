import type { ProducerRecord } from '@sluice/protocol'

/** Chooses a partition for each record that does not name its partition. */
export interface Partitioner {
  /**
   * Called at the first record of each topic, and at the first one after nobody has used the topic for `metadataMaxIdleMs`.
   * The chooser serves this topic alone, so what it keeps needs no map.
   */
  forTopic(topic: string): TopicPartitioner
}

/** Chooses the partitions of one topic. */
export interface TopicPartitioner {
  /**
   * Called for each record. What it throws rejects that record alone with PARTITIONER_FAILED; so does a promise, for the
   * record is appended at once.
   *
   * @returns the number of a partition, below `topic.partitionCount`. Anything else rejects that record alone with
   * INVALID_PARTITION.
   */
  partition(input: PartitionInput, topic: TopicView): number
  /**
   * Called for each record that this partitioner placed, as soon as it is in a batch, which is directly after its
   * `partition` call. It is not called for a record that found no room: `partition` is called again for it later.
   *
   * @param partition - as `partition` has returned it
   * @param bytes - how many bytes the record takes in its batch, before compression
   * @param tailOpen - whether the batch takes more records
   */
  onAppend?(partition: number, bytes: number, tailOpen: boolean): void
}

/** A record to place. It is valid during the call only: the producer uses the object and the bytes of the key again for the next record. */
export interface PartitionInput {
  /** The key as it is written, in UTF-8 if it is text; null without a key. */
  readonly keyBytes: Uint8Array | null
  /** The record as the user sent it. One that had to wait is a copy: its headers are a list of pairs, and its timestamp is set. */
  readonly record: ProducerRecord
}

/** The topic as the producer sees it now. */
export interface TopicView {
  /** How many partitions the topic has, with or without a leader. */
  readonly partitionCount: number
  /**
   * The numbers of the partitions that have a leader; of all partitions when none has. Partitions that get no memory,
   * because they do not answer while others do, are left out unless that leaves none. It is never empty. It is the same
   * array until one of this changes, and another array then.
   */
  readonly available: readonly number[]
  /** About how many bytes of records fill a batch. */
  readonly batchBytes: number
  /** How many batches of the partition have not settled. */
  queuedBatches(partition: number): number
  /** For how long the oldest unsettled batch of the partition has existed, in ms; 0 when there is none. */
  delayedMs(partition: number): number
  /** The `broker.rack` of the partition's leader; undefined when it is not known. */
  leaderRack?(partition: number): string | undefined
}
