import { errorNumberOf, type RequestOf } from '@sluice/protocol'
import type { ClusterState } from '../../cluster/cluster-state.js'
import type { Topic } from '../../cluster/topics.js'
import { rowOf, wordsOf, type GivenConfig } from '../../configs/topic-configs.js'
import { incrementalAlterConfigsApi } from '../../messages/admin/incremental-alter-configs.js'
import type { AnswerOf, ApiHandler } from '../api-handler.js'
import { changeConfigs } from './change-configs.js'
import type { TopicRefusal } from './topic-refusal.js'

type Request = RequestOf<typeof incrementalAlterConfigsApi>
type Answer = AnswerOf<typeof incrementalAlterConfigsApi>
type Change = Request['resources'][number]['configs'][number]

/** Kafka's numbers of operations. */
const operations = { set: 0, delete: 1, append: 2, subtract: 3 } as const

/**
 * IncrementalAlterConfigs, versions 0 and 1: single settings of topics are set, return to their defaults, or get and lose
 * words where they are lists.
 *
 * - Errors are those of AlterConfigs; words for a setting that is no list are INVALID_CONFIG, another operation is
 *   INVALID_REQUEST.
 */
export const incrementalAlterConfigs: ApiHandler<Request, Answer> = {
  api: incrementalAlterConfigsApi,
  handle: ({ resources, validateOnly }, { state }) => ({
    responses: resources.map((resource) => {
      const change = (topic: Topic) => changesOf(topic, resource.configs, state)
      const refusal = changeConfigs(state, resource, change, validateOnly)
      const { resourceName, resourceType } = resource
      const errorCode = errorNumberOf(refusal?.error ?? null)
      return { errorCode, errorMessage: refusal?.message ?? null, resourceType, resourceName }
    }),
  }),
}

function changesOf(
  topic: Topic,
  changes: readonly Change[],
  state: ClusterState,
): GivenConfig[] | TopicRefusal {
  const given: GivenConfig[] = []
  for (const change of changes) {
    const one = changeOf(topic, change, state)
    if ('error' in one) return one
    given.push(one)
  }
  return given
}

function changeOf(
  topic: Topic,
  { configOperation, name, value }: Change,
  state: ClusterState,
): GivenConfig | TopicRefusal {
  if (configOperation === operations.delete) return { name, value: null }
  if (value === null) return { error: 'INVALID_REQUEST', message: `Null value for ${name}.` }
  if (configOperation === operations.set) return { name, value }
  const row = rowOf(name)
  if (row?.type !== 'list') {
    return { error: 'INVALID_CONFIG', message: `The setting ${name} is no list.` }
  }
  const words = wordsOf(topic.configs.get(name) ?? state.configs.topicDefault(name) ?? row.value)
  const named = wordsOf(value)
  const others = words.filter((word) => !named.includes(word))
  switch (configOperation) {
    case operations.append:
      return { name, value: [...words, ...named.filter((one) => !words.includes(one))].join(',') }
    case operations.subtract:
      return { name, value: others.join(',') }
    default:
      return { error: 'INVALID_REQUEST', message: `Unknown operation ${configOperation}.` }
  }
}
