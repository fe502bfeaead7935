import { errorNumberOf, type RequestOf } from '@sluice/protocol'
import type { ClusterState } from '../../cluster/cluster-state.js'
import { createPartitionsApi } from '../../messages/admin/create-partitions.js'
import type { AnswerOf, ApiHandler } from '../api-handler.js'
import { assignmentRefusal, repeated, type TopicRefusal } from './topic-refusal.js'

type Request = RequestOf<typeof createPartitionsApi>
type Answer = AnswerOf<typeof createPartitionsApi>
type TopicRequest = Request['topics'][number]

/**
 * CreatePartitions, versions 0 to 3: adds partitions until there are `count`.
 *
 * - A topic that is not there is UNKNOWN_TOPIC_OR_PARTITION, one that the request has twice INVALID_REQUEST.
 * - A count that is not above the present one is INVALID_PARTITIONS; brokers that are not there, or that are named for
 *   another number of partitions, are INVALID_REPLICA_ASSIGNMENT.
 */
export const createPartitions: ApiHandler<Request, Answer> = {
  api: createPartitionsApi,
  handle({ topics, validateOnly }, { state }) {
    const twice = repeated(topics.map(({ name }) => name))
    const names = new Set(topics.map(({ name }) => name))
    const results = [...names].map((name) => {
      const request = topics.find((one) => one.name === name)!
      const refusal = twice.has(name) ? duplicate : refusalOf(request, state)
      if (refusal === null && !validateOnly) grow(request, state)
      const errorMessage = refusal?.message ?? null
      return { name, errorCode: errorNumberOf(refusal?.error ?? null), errorMessage }
    })
    return { results }
  },
}

const duplicate: TopicRefusal = { error: 'INVALID_REQUEST', message: 'Duplicate topic name.' }

function refusalOf({ assignments, count, name }: TopicRequest, state: ClusterState) {
  const topic = state.topics.named(name)
  const absent: TopicRefusal = { error: 'UNKNOWN_TOPIC_OR_PARTITION', message: 'No such topic.' }
  if (topic === undefined) return absent
  const present = topic.partitions.length
  if (count <= present) {
    const message = `The topic ${name} currently has ${present} partitions; ${count} would not be an increase.`
    return { error: 'INVALID_PARTITIONS', message } as const
  }
  if (assignments === null) return null
  if (assignments.length !== count - present) {
    const message = `Attempted to add ${count - present} additional partitions, but ${assignments.length} assignments were specified.`
    return { error: 'INVALID_REPLICA_ASSIGNMENT', message } as const
  }
  return assignmentRefusal(
    assignments.map(({ brokerIds }) => brokerIds),
    state.brokerIds,
  )
}

function grow({ assignments, count, name }: TopicRequest, { topics }: ClusterState): void {
  topics.grow(
    topics.named(name)!,
    count,
    (assignments ?? []).map(({ brokerIds }) => brokerIds),
  )
}
