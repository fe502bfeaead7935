import { errorNumberOf, zeroUuid, type RequestOf } from '@sluice/protocol'
import type { ClusterState } from '../../cluster/cluster-state.js'
import type { Places } from '../../cluster/topics.js'
import { createTopicsApi } from '../../messages/admin/create-topics.js'
import { isLegalTopicName } from '../../topic-options.js'
import type { AnswerOf, ApiHandler } from '../api-handler.js'
import { describedConfigs } from './described-configs.js'
import { assignmentRefusal, configRefusal, repeated, type TopicRefusal } from './topic-refusal.js'

type Request = RequestOf<typeof createTopicsApi>
type Answer = AnswerOf<typeof createTopicsApi>
type TopicRequest = Request['topics'][number]
type TopicAnswer = Answer['topics'][number]

/** Stands for the usual number of partitions or replicas, and beside an assignment for its own. */
const usual = -1

/**
 * CreateTopics, versions 2 to 7: creates topics, which can be written at once.
 *
 * - A name that is there already is TOPIC_ALREADY_EXISTS, an illegal one INVALID_TOPIC_EXCEPTION, one that the request has
 *   twice INVALID_REQUEST.
 * - Numbers that cannot be are INVALID_PARTITIONS and INVALID_REPLICATION_FACTOR, brokers that are not there
 *   INVALID_REPLICA_ASSIGNMENT, settings INVALID_CONFIG.
 * - Every broker answers, as if it had asked the controller.
 */
export const createTopics: ApiHandler<Request, Answer> = {
  api: createTopicsApi,
  handle({ topics, validateOnly }, { state }) {
    const twice = repeated(topics.map(({ name }) => name))
    const once = topics.filter(({ name }) => !twice.has(name))
    const refusals = [...twice].map((name) => failed(name, duplicate))
    return { topics: [...refusals, ...once.map((one) => answer(one, state, validateOnly))] }
  },
}

const duplicate: TopicRefusal = { error: 'INVALID_REQUEST', message: 'Duplicate topic name.' }

function answer(request: TopicRequest, state: ClusterState, validateOnly: boolean): TopicAnswer {
  const { configs, name } = request
  const refusal = refusalOf(request, state)
  if (refusal !== null) return failed(name, refusal)
  const plan = planOf(request, state)
  const topicId = validateOnly ? zeroUuid : create(request, plan, state)
  const own = configs.flatMap(({ name: key, value }) =>
    value === null ? [] : ([[key, value]] as const),
  )
  return {
    name,
    topicId,
    errorCode: 0,
    errorMessage: null,
    numPartitions: plan.partitions,
    replicationFactor: plan.replicationFactor,
    configs: describedConfigs(new Map(own), state),
  }
}

function failed(name: string, { error, message }: TopicRefusal): TopicAnswer {
  const errorCode = errorNumberOf(error)
  return { name, topicId: zeroUuid, errorCode, errorMessage: message, configs: [] }
}

function refusalOf(request: TopicRequest, state: ClusterState): TopicRefusal | null {
  const { assignments, configs, name } = request
  if (!isLegalTopicName(name)) {
    return { error: 'INVALID_TOPIC_EXCEPTION', message: `Topic name is invalid: ${name}` }
  }
  if (state.topics.named(name) !== undefined) {
    return { error: 'TOPIC_ALREADY_EXISTS', message: `Topic '${name}' already exists.` }
  }
  const wrong = configRefusal(configs)
  if (wrong !== null) return wrong
  return assignments.length > 0 ? placesRefusal(request, state) : numbersRefusal(request, state)
}

function isCount(count: number): boolean {
  return count === usual || count > 0
}

function numbersRefusal(
  { numPartitions, replicationFactor }: TopicRequest,
  { brokerIds }: ClusterState,
): TopicRefusal | null {
  const brokers = brokerIds.length
  if (!isCount(replicationFactor) || replicationFactor > brokers) {
    const message = `Replication factor ${replicationFactor}: there are ${brokers} brokers.`
    return { error: 'INVALID_REPLICATION_FACTOR', message }
  }
  if (isCount(numPartitions)) return null
  const message = 'Number of partitions was set to an invalid non-positive value.'
  return { error: 'INVALID_PARTITIONS', message }
}

function placesRefusal(
  { assignments, numPartitions, replicationFactor }: TopicRequest,
  { brokerIds }: ClusterState,
): TopicRefusal | null {
  if (numPartitions !== usual || replicationFactor !== usual) {
    const message = 'Beside an assignment the numbers of partitions and replicas are -1.'
    return { error: 'INVALID_REQUEST', message }
  }
  const places = placesOf(assignments)
  if (places.includes(undefined)) {
    const message = 'partitions should be a consecutive 0-based integer sequence'
    return { error: 'INVALID_REPLICA_ASSIGNMENT', message }
  }
  return assignmentRefusal(
    places.map((one) => one ?? []),
    brokerIds,
  )
}

/** The brokers of each partition, in the order of the partitions. Undefined for a partition that is not among them. */
function placesOf(assignments: TopicRequest['assignments']): (number[] | undefined)[] {
  return assignments.map(
    (_, index) => assignments.find(({ partitionIndex }) => partitionIndex === index)?.brokerIds,
  )
}

/** What the topic will be. */
interface Plan {
  readonly partitions: number
  readonly replicationFactor: number
  readonly places: Places
}

function planOf(request: TopicRequest, { usualTopic }: ClusterState): Plan {
  const { assignments, numPartitions, replicationFactor } = request
  const places = placesOf(assignments).map((one) => one ?? [])
  if (places.length > 0) {
    return { partitions: places.length, replicationFactor: places[0]!.length, places }
  }
  return {
    partitions: numPartitions === usual ? usualTopic.partitions : numPartitions,
    replicationFactor:
      replicationFactor === usual ? usualTopic.replicationFactor : replicationFactor,
    places,
  }
}

/** @returns The id of the new topic. */
function create({ configs, name }: TopicRequest, plan: Plan, state: ClusterState): string {
  const { partitions, places, replicationFactor } = plan
  const topic = state.createTopic(name, { partitions, replicationFactor }, places)
  for (const config of configs) state.configs.apply(topic, config)
  return topic.id
}
