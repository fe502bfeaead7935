import {
  metadataApi,
  zeroUuid,
  type ErrorCode,
  type RequestOf,
  errorNumberOf,
} from '@sluice/protocol'
import type { ClusterState } from '../cluster/cluster-state.js'
import type { Topic } from '../cluster/topics.js'
import { noLeader, type Partition } from '../partition/partition.js'
import { isLegalTopicName } from '../topic-options.js'
import type { AnswerOf, ApiHandler } from './api-handler.js'

type Request = RequestOf<typeof metadataApi>
type Answer = AnswerOf<typeof metadataApi>
type TopicAnswer = Answer['topics'][number]
type RequestedTopic = NonNullable<Request['topics']>[number]

/** Topics can be asked for by id from this version on; with an older one Kafka refuses the request. */
const idsFromVersion = 12

/**
 * Metadata, versions 4 to 13: the brokers that listen, and topics with their leaders; `topics: null` is all of them.
 *
 * - A topic that is not there is created when the request and the cluster allow it, and is in the very same answer
 *   with its leaders. Kafka says UNKNOWN_TOPIC_OR_PARTITION the first time and creates in the background.
 * - Otherwise UNKNOWN_TOPIC_OR_PARTITION; an illegal name is INVALID_TOPIC_EXCEPTION.
 * - By id (from version 12 on) nothing is created: UNKNOWN_TOPIC_ID with a null name.
 * - A partition without a leader is LEADER_NOT_AVAILABLE with leader −1. A hidden topic is answered like a topic that does
 *   not exist, and is not created.
 * - There are no permissions: authorized operations are left out.
 */
export const metadata: ApiHandler<Request, Answer> = {
  api: metadataApi,
  handle(request, { state, version }) {
    return {
      brokers: [...state.endpoints.values()],
      clusterId: state.clusterId,
      controllerId: state.controllerId,
      topics: answerTopics(request, state, version),
    }
  },
}

function answerTopics(
  { allowAutoTopicCreation, topics }: Request,
  state: ClusterState,
  version: number,
): TopicAnswer[] {
  if (topics === null) {
    return state.topics
      .all()
      .filter(({ name }) => !state.hiddenTopics.has(name))
      .map((topic) => describe(topic, state))
  }
  if (version < idsFromVersion && !topics.every(isNamed)) {
    return topics.map(({ name, topicId }) => absent('INVALID_REQUEST', name ?? '', topicId))
  }
  return topics.map((topic) => answerTopic(topic, allowAutoTopicCreation, state))
}

function isNamed({ name, topicId }: RequestedTopic): boolean {
  return name !== null && topicId === zeroUuid
}

function answerTopic(
  { name, topicId }: RequestedTopic,
  allowCreation: boolean,
  state: ClusterState,
): TopicAnswer {
  if (topicId !== zeroUuid) {
    const topic = state.topics.withId(topicId)
    const hidden = topic === undefined || state.hiddenTopics.has(topic.name)
    return hidden ? absent('UNKNOWN_TOPIC_ID', null, topicId) : describe(topic, state)
  }
  if (name === null) return absent('INVALID_TOPIC_EXCEPTION', null)
  if (!isLegalTopicName(name)) return absent('INVALID_TOPIC_EXCEPTION', name)
  if (state.hiddenTopics.has(name)) return absent('UNKNOWN_TOPIC_OR_PARTITION', name)
  const known = state.topics.named(name)
  if (known) return describe(known, state)
  if (!allowCreation || !state.autoCreateTopics) return absent('UNKNOWN_TOPIC_OR_PARTITION', name)
  return describe(state.createTopic(name), state)
}

function describe({ id, name, partitions }: Topic, state: ClusterState): TopicAnswer {
  return {
    errorCode: 0,
    name,
    topicId: id,
    partitions: partitions.map((partition) => describePartition(partition, state)),
  }
}

function describePartition(
  { inSyncReplicas, index, leader, leaderEpoch, replicas }: Partition,
  { endpoints }: ClusterState,
): TopicAnswer['partitions'][number] {
  return {
    errorCode: leader === noLeader ? errorNumberOf('LEADER_NOT_AVAILABLE') : 0,
    partitionIndex: index,
    leaderId: leader,
    leaderEpoch,
    replicaNodes: replicas,
    isrNodes: inSyncReplicas,
    offlineReplicas: replicas.filter((node) => !endpoints.has(node)),
  }
}

function absent(code: ErrorCode, name: string | null, topicId = zeroUuid): TopicAnswer {
  return { errorCode: errorNumberOf(code), name, topicId, partitions: [] }
}
