import type { KafkaBroker } from './broker.js'
import { createTopics, type TopicSpec } from './create-topics.js'

export type CreateTopicOptions = Pick<TopicSpec, 'replicationFactor' | 'replicas' | 'configs'>

/** A Kafka to test against. */
export interface KafkaCluster extends AsyncDisposable {
  readonly bootstrapServers: string
  /** Bootstrap servers of each further listener, by its name. */
  readonly listeners: ReadonlyMap<string, string>
  /** The version of Kafka; "external" for one that was running already. */
  readonly version: string
  readonly brokers: readonly KafkaBroker[]
  createTopic(name: string, partitions: number, options?: CreateTopicOptions): Promise<void>
  /** Ends the brokers and removes their files. */
  stop(): Promise<void>
}

export const externalVersion = 'external'

/** Whether the cluster was running already: then its brokers cannot be killed or paused. */
export function isExternal(cluster: KafkaCluster): boolean {
  return cluster.version === externalVersion
}

/** Makes a cluster of brokers; `release` ends what was started for it. */
export async function assembleCluster(
  version: string,
  brokers: readonly KafkaBroker[],
  topics: readonly TopicSpec[],
  release: () => Promise<void>,
  listeners: ReadonlyMap<string, string> = new Map(),
): Promise<KafkaCluster> {
  const create = async (specs: readonly TopicSpec[]): Promise<void> =>
    createTopics(
      brokers.filter(({ state }) => state === 'running'),
      specs,
    )
  if (topics.length > 0) await create(topics)
  return {
    bootstrapServers: brokers.map(({ host, port }) => `${host}:${port}`).join(','),
    listeners,
    version,
    brokers,
    createTopic: (name, partitions, options) => create([{ name, partitions, ...options }]),
    stop: release,
    [Symbol.asyncDispose]: release,
  }
}
