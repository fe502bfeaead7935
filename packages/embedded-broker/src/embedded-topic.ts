import type { Topic } from './cluster/topics.js'
import type { Partition } from './partition/partition.js'

/** A topic as it was when it was asked for. */
export interface EmbeddedTopic {
  readonly id: string
  readonly name: string
  readonly partitions: readonly EmbeddedPartition[]
}

/** One partition of an {@link EmbeddedTopic}. Brokers are given by their node ids. */
export interface EmbeddedPartition {
  /** −1 for none. */
  readonly leader: number
  readonly leaderEpoch: number
  readonly replicas: readonly number[]
  readonly inSyncReplicas: readonly number[]
  readonly startOffset: bigint
  /** The offset the next record gets. */
  readonly endOffset: bigint
  /** The offset behind what all in-sync replicas have. */
  readonly highWatermark: bigint
}

export function asEmbeddedTopic({ id, name, partitions }: Topic): EmbeddedTopic {
  return { id, name, partitions: partitions.map(asEmbeddedPartition) }
}

function asEmbeddedPartition(partition: Partition): EmbeddedPartition {
  const { highWatermark, inSyncReplicas, leader, leaderEpoch, log, replicas } = partition
  const { endOffset, startOffset } = log
  const places = { leader, leaderEpoch, replicas, inSyncReplicas }
  return { ...places, startOffset, endOffset, highWatermark }
}
