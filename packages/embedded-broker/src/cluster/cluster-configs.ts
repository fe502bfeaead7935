import { effective, type GivenConfig } from '../configs/topic-configs.js'
import type { ResolvedOptions } from '../options.js'
import type { Topic } from './topics.js'

/** The settings of the cluster by Kafka's names, and what those of topics change. */
export class ClusterConfigs {
  /** The settings of every broker that are options of the cluster. */
  readonly ofBrokers: Readonly<Record<string, number | boolean>>
  readonly #defaults: Readonly<Record<string, number>>

  constructor(options: ResolvedOptions) {
    this.ofBrokers = {
      'auto.create.topics.enable': options.autoCreateTopics,
      'default.replication.factor': options.replicationFactor,
      'group.initial.rebalance.delay.ms': options.groupInitialRebalanceDelayMs,
      'group.max.session.timeout.ms': options.groupMaxSessionTimeoutMs,
      'group.min.session.timeout.ms': options.groupMinSessionTimeoutMs,
      'message.max.bytes': options.maxMessageBytes,
      'min.insync.replicas': options.minInsyncReplicas,
      'num.partitions': options.defaultPartitions,
      'producer.id.expiration.ms': options.producerIdExpirationMs,
      'transaction.max.timeout.ms': options.transactionMaxTimeoutMs,
    }
    this.#defaults = {
      [effective.maxMessageBytes]: options.maxMessageBytes,
      [effective.minInsyncReplicas]: options.minInsyncReplicas,
    }
  }

  /** What the brokers say of a setting of topics. Undefined where that is Kafka's default. */
  topicDefault(name: string): string | undefined {
    const value = this.#defaults[name]
    return value === undefined ? undefined : String(value)
  }

  /** Gives a topic a setting that has been checked; null for its default. */
  apply(topic: Topic, { name, value }: GivenConfig): void {
    if (value === null) topic.configs.delete(name)
    else topic.configs.set(name, value)
    const inForce = Number(value ?? this.#defaults[name])
    if (name === effective.maxMessageBytes) topic.settings.maxMessageBytes = inForce
    if (name === effective.minInsyncReplicas) topic.settings.minInsyncReplicas = inForce
    for (const partition of topic.partitions) partition.changed()
  }
}
