import type { ErrorCode } from '@sluice/protocol'
import type { Partition } from '../partition/partition.js'
import type { ClusterState } from './cluster-state.js'
import type { Topic } from './topics.js'

/** How a request names a topic: by name, or from some version on by id. */
export type TopicReference = { readonly name: string } | { readonly id: string }

/** The topic, or the error Kafka has for not knowing it. */
export function findTopic(state: ClusterState, reference: TopicReference): Topic | ErrorCode {
  if ('id' in reference) return state.topics.withId(reference.id) ?? 'UNKNOWN_TOPIC_ID'
  return state.topics.named(reference.name) ?? 'UNKNOWN_TOPIC_OR_PARTITION'
}

/** The partition, wherever its leader is, or the error for not knowing it. */
export function findPartition(
  state: ClusterState,
  reference: TopicReference,
  index: number,
): Partition | ErrorCode {
  const topic = findTopic(state, reference)
  if (typeof topic === 'string') return topic
  return topic.partitions[index] ?? 'UNKNOWN_TOPIC_OR_PARTITION'
}

/**
 * Why a node cannot serve a partition to a client that believes in `clientEpoch` (−1: in none), or null when it can.
 */
export function leadershipError(
  partition: Partition,
  nodeId: number,
  clientEpoch = -1,
): ErrorCode | null {
  if (clientEpoch >= 0 && clientEpoch < partition.leaderEpoch) return 'FENCED_LEADER_EPOCH'
  if (clientEpoch > partition.leaderEpoch) return 'UNKNOWN_LEADER_EPOCH'
  return partition.leader === nodeId ? null : 'NOT_LEADER_OR_FOLLOWER'
}
