import { errorNumberOf, zeroUuid, type RequestOf } from '@sluice/protocol'
import type { ClusterState } from '../../cluster/cluster-state.js'
import { deleteTopicsApi } from '../../messages/admin/delete-topics.js'
import type { AnswerOf, ApiHandler } from '../api-handler.js'
import { repeated, type TopicRefusal } from './topic-refusal.js'

type Request = RequestOf<typeof deleteTopicsApi>
type Answer = AnswerOf<typeof deleteTopicsApi>
type TopicAnswer = Answer['responses'][number]
type Reference = Request['topics'][number]

/** Topics are named by name or by id from this version on. */
const idsFromVersion = 6

/**
 * DeleteTopics, versions 1 to 6: deletes topics with their records, and the offsets that groups have committed for them.
 *
 * - A name that is not there is UNKNOWN_TOPIC_OR_PARTITION, an id UNKNOWN_TOPIC_ID.
 * - A topic that the request has twice, or that has both a name and an id, or neither, is INVALID_REQUEST.
 */
export const deleteTopics: ApiHandler<Request, Answer> = {
  api: deleteTopicsApi,
  handle({ topicNames, topics }, { state, version }) {
    const named = topicNames.map((name) => ({ name, topicId: zeroUuid }))
    const asked = version < idsFromVersion ? named : topics
    const twice = repeated(asked.map((one) => keyOf(one)))
    const seen = new Set<string>()
    const responses = asked.flatMap((one): TopicAnswer[] => {
      if (seen.has(keyOf(one))) return []
      seen.add(keyOf(one))
      return [twice.has(keyOf(one)) ? failed(one, duplicate) : answer(one, state)]
    })
    return { responses }
  },
}

const duplicate: TopicRefusal = { error: 'INVALID_REQUEST', message: 'Duplicate topic.' }

function keyOf({ name, topicId }: Reference): string {
  return `${name ?? ''}/${topicId}`
}

function answer(reference: Reference, state: ClusterState): TopicAnswer {
  const { name, topicId } = reference
  const hasId = topicId !== zeroUuid
  if (hasId === (name !== null)) {
    const message = 'A topic is named by its name or by its id.'
    return failed(reference, { error: 'INVALID_REQUEST', message })
  }
  const topic = name === null ? state.topics.withId(topicId) : state.topics.named(name)
  if (topic === undefined) {
    const error = hasId ? 'UNKNOWN_TOPIC_ID' : 'UNKNOWN_TOPIC_OR_PARTITION'
    return failed(reference, { error, message: 'There is no such topic.' })
  }
  state.deleteTopic(topic.name)
  return { name: topic.name, topicId: topic.id, errorCode: 0, errorMessage: null }
}

function failed({ name, topicId }: Reference, { error, message }: TopicRefusal): TopicAnswer {
  return { name, topicId, errorCode: errorNumberOf(error), errorMessage: message }
}
