import { type ErrorCode, errorCodeOf, type metadataApi, type ResponseOf } from '@sluice/protocol'
import { operationsOf } from './operations.js'

/** An error that the cluster has for one partition. */
export interface PartitionError {
  readonly partition: number
  readonly error: ErrorCode
}

/** What the cluster says of one topic. */
export interface TopicReport {
  readonly name: string
  /** What is wrong with the whole of it. */
  readonly error: ErrorCode | null
  /** How many partitions it has. */
  readonly partitions: number
  /** The errors of single partitions. */
  readonly errors: readonly PartitionError[]
  /** The partitions that nothing can be written to now. */
  readonly withoutLeader: readonly number[]
  /** The partitions whose leader is none of the brokers that the cluster names. */
  readonly unknownLeader: readonly number[]
  /** The partitions of which a replica lags behind or is gone. */
  readonly outOfSync: readonly number[]
  /** The partitions of which a replica is on a broker, or on a disk, that is down. */
  readonly offline: readonly number[]
  /** How many replicas must be in sync for a record with acks all; null where the cluster does not tell this client. */
  readonly minInSync: number | null
  /** The partitions with a leader that have fewer replicas in sync. */
  readonly belowMinInSync: readonly number[]
  /** What this client may do with it; null where the broker does not tell. */
  readonly operations: readonly string[] | null
}

/** What Metadata says of a topic. */
export type TopicAnswer = ResponseOf<typeof metadataApi>['topics'][number]
type PartitionAnswer = TopicAnswer['partitions'][number]

/** What a report of a topic needs besides the answer. */
export interface TopicSurroundings {
  /** The name that was asked for, where the answer has none. */
  readonly asked: string
  /** The ids of the brokers that the cluster names. */
  readonly brokers: ReadonlySet<number>
  /** `min.insync.replicas` by topic. */
  readonly minInSync: ReadonlyMap<string, number>
}

export function topicReport(topic: TopicAnswer, surroundings: TopicSurroundings): TopicReport {
  const partitions = topic.partitions.toSorted((a, b) => a.partitionIndex - b.partitionIndex)
  const numbersWhere = (holds: (partition: PartitionAnswer) => boolean): number[] =>
    partitions.filter(holds).map(({ partitionIndex }) => partitionIndex)
  const { asked, brokers } = surroundings
  const name = topic.name ?? asked
  const minInSync = surroundings.minInSync.get(name) ?? null
  return {
    name,
    error: errorCodeOf(topic.errorCode),
    partitions: partitions.length,
    errors: partitions.flatMap(errorOf),
    withoutLeader: numbersWhere(({ leaderId }) => leaderId < 0),
    unknownLeader: numbersWhere(({ leaderId }) => leaderId >= 0 && !brokers.has(leaderId)),
    outOfSync: numbersWhere(({ isrNodes, replicaNodes }) => isrNodes.length < replicaNodes.length),
    offline: numbersWhere(({ offlineReplicas }) => offlineReplicas.length > 0),
    minInSync,
    belowMinInSync: numbersWhere(
      ({ leaderId, isrNodes }) => leaderId >= 0 && isrNodes.length < (minInSync ?? 0),
    ),
    operations: operationsOf(topic.topicAuthorizedOperations),
  }
}

function errorOf({ partitionIndex: partition, errorCode }: PartitionAnswer): PartitionError[] {
  const error = errorCodeOf(errorCode)
  return error === null ? [] : [{ partition, error }]
}
