import type { ErrorCode } from '@sluice/protocol'
import type { Partition } from '../partition/partition.js'
import type { ClusterState, Endpoint } from './cluster-state.js'
import type { Topic } from './topics.js'

/** How a request names a topic: by name, or from some version on by id. */
export type TopicReference = { readonly name: string } | { readonly id: string }

/** The topic, or Kafka's error for an unknown topic. */
export function findTopic(state: ClusterState, reference: TopicReference): Topic | ErrorCode {
  if ('id' in reference) return state.topics.withId(reference.id) ?? 'UNKNOWN_TOPIC_ID'
  return state.topics.named(reference.name) ?? 'UNKNOWN_TOPIC_OR_PARTITION'
}

/** The partition, whichever broker leads it, or Kafka's error for an unknown partition. */
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
 * The error of a node that cannot serve a partition, or null when it can.
 *
 * @param clientEpoch The leader epoch that the client knows, −1 for none.
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

/** The part of an answer for a partition that names its leader. */
interface NamesLeader {
  readonly currentLeader?: { readonly leaderId?: number }
}

/** The addresses of the leaders that an answer names, each of them once (KIP-951). */
export function leaderEndpoints(
  state: ClusterState,
  partitions: readonly NamesLeader[],
): Endpoint[] {
  const leaders = new Set(partitions.map(({ currentLeader }) => currentLeader?.leaderId))
  return [...state.endpoints.values()].filter(({ nodeId }) => leaders.has(nodeId))
}
