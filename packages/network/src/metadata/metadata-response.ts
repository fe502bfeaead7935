import type { metadataApi, PartitionMetadata, ResponseOf } from '@sluice/protocol'

type PartitionAnswer = ResponseOf<typeof metadataApi>['topics'][number]['partitions'][number]

/** Where the epoch of a leader is not known. */
const noEpoch = -1

/** The partitions in order; null when they are not exactly 0 to n − 1: a broker that just learns of the topic, or none at all. */
export function readPartitions(
  topic: string,
  answers: readonly PartitionAnswer[],
  reliableEpochs: boolean,
  racks: ReadonlyMap<number, string>,
): readonly PartitionMetadata[] | null {
  const partitions: PartitionMetadata[] = []
  for (const answer of answers.toSorted((a, b) => a.partitionIndex - b.partitionIndex)) {
    if (answer.partitionIndex !== partitions.length) return null
    partitions.push({
      topic,
      partition: answer.partitionIndex,
      leader: answer.leaderId >= 0 ? answer.leaderId : null,
      leaderEpoch: reliableEpochs ? answer.leaderEpoch : noEpoch,
      leaderRack: racks.get(answer.leaderId),
      replicas: answer.replicaNodes,
      inSyncReplicas: answer.isrNodes,
    })
  }
  return partitions.length > 0 ? partitions : null
}

/**
 * What is known of one topic after an answer: an older epoch comes from a broker that lags behind, and so does a list
 * that lacks partitions. Where nothing is new, the object stays the same.
 */
export function mergePartitions(
  known: readonly PartitionMetadata[],
  fresh: readonly PartitionMetadata[],
): readonly PartitionMetadata[] {
  const merged = fresh.map((partition, index) => newer(known[index], partition))
  return merged.concat(known.slice(fresh.length))
}

function newer(known: PartitionMetadata | undefined, fresh: PartitionMetadata): PartitionMetadata {
  if (known === undefined) return fresh
  if (fresh.leaderEpoch !== noEpoch && fresh.leaderEpoch < known.leaderEpoch) return known
  return isEqual(known, fresh) ? known : fresh
}

function isEqual(a: PartitionMetadata, b: PartitionMetadata): boolean {
  return (
    a.leader === b.leader &&
    a.leaderEpoch === b.leaderEpoch &&
    a.leaderRack === b.leaderRack &&
    areEqual(a.replicas, b.replicas) &&
    areEqual(a.inSyncReplicas, b.inSyncReplicas)
  )
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index])
}
