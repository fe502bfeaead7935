import {
  KafkaError,
  type metadataApi,
  type PartitionMetadata,
  type ResponseOf,
} from '@sluice/protocol'
import type { BrokerAddress } from '../nodes/nodes.js'
import { isHost, isPort } from '../server-address.js'

export type MetadataResponse = ResponseOf<typeof metadataApi>
export type TopicAnswer = MetadataResponse['topics'][number]
export type BrokerAnswer = MetadataResponse['brokers'][number]
type PartitionAnswer = TopicAnswer['partitions'][number]

/** No cluster has more brokers. A peer that names more is not a broker. */
const maxBrokers = 10_000

/** The epoch of a leader where it is not known. */
export const noEpoch = -1

/**
 * Those of the brokers in a response that can be connected to.
 * @throws KafkaError MALFORMED_RESPONSE when there is none, or there are far too many
 */
export function readBrokers(answers: readonly BrokerAnswer[]): readonly BrokerAddress[] {
  if (answers.length > maxBrokers) throw malformed(`names ${answers.length} brokers`)
  const brokers = answers
    .filter(({ nodeId, host, port }) => nodeId >= 0 && isHost(host) && isPort(port))
    .map(({ nodeId, host, port }) => ({ id: nodeId, host, port }))
  if (brokers.length === 0) throw malformed('names no broker that could be connected to')
  return brokers
}

function malformed(problem: string): KafkaError {
  return new KafkaError('MALFORMED_RESPONSE', `the metadata ${problem}`)
}

/**
 * The partitions of a topic in order.
 * @param racks - by node id
 * @returns null when the answer does not have exactly the partitions 0 to n − 1: the broker has only begun to learn of
 * the topic, or the peer is not a broker
 */
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

/** Whether an answer says of a partition what was known. */
export function isSamePartition(a: PartitionMetadata, b: PartitionMetadata): boolean {
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
