import type { ClusterState } from '../../cluster/cluster-state.js'
import type { Topic } from '../../cluster/topics.js'
import type { GivenConfig } from '../../configs/topic-configs.js'
import { topicResource } from './resource-types.js'
import { configRefusal, type TopicRefusal } from './topic-refusal.js'

/** What has settings. */
interface Resource {
  readonly resourceType: number
  readonly resourceName: string
}

/** The settings that a topic shall get, or why that cannot be said. */
export type ConfigChange = (topic: Topic) => readonly GivenConfig[] | TopicRefusal

/** Changes settings of a topic: all of them, or none where one is wrong. @returns Why not, or null. */
export function changeConfigs(
  state: ClusterState,
  { resourceName, resourceType }: Resource,
  change: ConfigChange,
  validateOnly: boolean,
): TopicRefusal | null {
  if (resourceType !== topicResource) {
    const message = 'Only settings of topics can be changed; those of brokers are options.'
    return { error: 'INVALID_REQUEST', message }
  }
  const topic = state.topics.named(resourceName)
  if (topic === undefined) {
    const message = `The topic '${resourceName}' does not exist.`
    return { error: 'UNKNOWN_TOPIC_OR_PARTITION', message }
  }
  const changes = change(topic)
  if ('error' in changes) return changes
  const refusal = configRefusal(changes)
  if (refusal !== null || validateOnly) return refusal
  for (const one of changes) state.configs.apply(topic, one)
  return null
}
