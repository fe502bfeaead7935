/** A topic as it was when a test asked for it. */
export interface EmbeddedTopic {
  /** The topic id, a UUID. A topic that is deleted and created again has another one. */
  readonly id: string
  /** The name of the topic. */
  readonly name: string
  /** The partitions, by their numbers. */
  readonly partitions: readonly EmbeddedPartition[]
}

/** One partition of an {@link EmbeddedTopic}. Brokers are given by their node ids. */
export interface EmbeddedPartition {
  /** The broker that leads the partition, −1 for none. */
  readonly leader: number
  /** 0 at first, and one more with each change of the leader. */
  readonly leaderEpoch: number
  /** The brokers that have a replica. */
  readonly replicas: readonly number[]
  /** The brokers whose replicas are in sync. */
  readonly inSyncReplicas: readonly number[]
  /** The offset of the first record that can be read. */
  readonly startOffset: bigint
  /** The offset that the next record gets. */
  readonly endOffset: bigint
  /** The offset behind the last record that all in-sync replicas have. */
  readonly highWatermark: bigint
  /** The offset of the first record of a transaction that has not ended: `read_committed` consumers read up to it. Without
   *  such a transaction it is the high watermark. */
  readonly lastStableOffset: bigint
}
