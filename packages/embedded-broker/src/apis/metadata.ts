import { metadataApi, zeroUuid, type ErrorCode, type RequestOf } from '@sluice/protocol'
import type { AnswerOf, ApiHandler } from '../api-handler.js'
import type { ClusterState } from '../cluster-state.js'
import { errorNumber } from '../error-number.js'
import { isLegalTopicName } from '../topic-name.js'
import type { Topic } from '../topics.js'

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
 * - Every partition has one replica, its leader. Nobody asks who may do what: authorized operations are left out.
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
  if (topics === null) return state.topics.all().map(describe)
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
    return topic ? describe(topic) : absent('UNKNOWN_TOPIC_ID', null, topicId)
  }
  if (name === null) return absent('INVALID_TOPIC_EXCEPTION', null)
  if (!isLegalTopicName(name)) return absent('INVALID_TOPIC_EXCEPTION', name)
  const known = state.topics.named(name)
  if (known) return describe(known)
  if (!allowCreation || !state.autoCreateTopics) return absent('UNKNOWN_TOPIC_OR_PARTITION', name)
  return describe(state.topics.create(name, state.defaultPartitions))
}

function describe({ id, name, partitions }: Topic): TopicAnswer {
  return {
    errorCode: 0,
    name,
    topicId: id,
    partitions: partitions.map(({ index, leader, leaderEpoch }) => ({
      errorCode: 0,
      partitionIndex: index,
      leaderId: leader,
      leaderEpoch,
      replicaNodes: [leader],
      isrNodes: [leader],
    })),
  }
}

function absent(code: ErrorCode, name: string | null, topicId = zeroUuid): TopicAnswer {
  return { errorCode: errorNumber(code), name, topicId, partitions: [] }
}
