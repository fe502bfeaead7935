import type { PartitionLog } from '../partition/partition-log.js'
import { Partition, noLeader } from '../partition/partition.js'

/** The settings that can be changed while a topic exists. */
export interface TopicSettings {
  minInsyncReplicas: number
  maxMessageBytes: number
}

/** One topic. A topic that is deleted and created again is another topic, with its own id. */
export interface Topic {
  readonly id: string
  readonly name: string
  readonly partitions: Partition[]
  readonly replicationFactor: number
  readonly settings: TopicSettings
  /** What has been set for this topic, by Kafka's names. */
  readonly configs: Map<string, string>
}

/** A topic to create. */
export interface NewTopic extends TopicSettings {
  readonly partitions: number
  readonly replicationFactor: number
  /** The nodes with a replica of each partition, where they are not spread round robin. */
  readonly places?: Places
}

/** The nodes that have a replica, the first of which leads, for one partition after the other. */
export type Places = readonly (readonly number[])[]

/** What the topics need from the cluster. */
export interface TopicsDeps {
  /** How many brokers the partitions are spread over. */
  readonly brokers: number
  /** Whether a broker runs, so that it could lead. */
  isUp(node: number): boolean
  makeLog(): PartitionLog
  /** Makes the id of a topic. */
  newId(): string
}

/** The topics of a cluster, by name and by id. */
export class Topics {
  readonly #deps: TopicsDeps
  readonly #byName = new Map<string, Topic>()
  readonly #byId = new Map<string, Topic>()
  readonly #firstNodes = new Map<string, number>()
  #created = 0

  constructor(deps: TopicsDeps) {
    this.#deps = deps
  }

  named(name: string): Topic | undefined {
    return this.#byName.get(name)
  }

  withId(id: string): Topic | undefined {
    return this.#byId.get(id)
  }

  all(): Topic[] {
    return [...this.#byName.values()]
  }

  create(
    name: string,
    { partitions, places = [], replicationFactor, ...settings }: NewTopic,
  ): Topic {
    const configs = new Map<string, string>()
    const id = this.#deps.newId()
    const topic = { id, name, partitions: [], replicationFactor, settings, configs }
    this.#byName.set(name, topic)
    this.#byId.set(topic.id, topic)
    // A topic that is created again has the same leaders, so that a test knows them.
    if (!this.#firstNodes.has(name)) this.#firstNodes.set(name, this.#created++)
    this.grow(topic, partitions, places)
    return topic
  }

  /** Adds partitions until there are `count`. @param places Of the new partitions, where they are not spread round robin. */
  grow(topic: Topic, count: number, places: Places = []): void {
    const before = topic.partitions.length
    while (topic.partitions.length < count) {
      const place = places[topic.partitions.length - before]
      topic.partitions.push(this.#partition(topic, place ?? this.#spread(topic)))
    }
  }

  delete(name: string): void {
    const topic = this.#byName.get(name)
    if (topic === undefined) return
    this.#byName.delete(name)
    this.#byId.delete(topic.id)
    for (const partition of topic.partitions) partition.delete()
  }

  #partition({ partitions, settings }: Topic, replicas: readonly number[]): Partition {
    const { isUp, makeLog } = this.#deps
    const up = replicas.filter(isUp)
    const partition = new Partition(partitions.length, makeLog(), replicas, settings)
    partition.leader = up[0] ?? noLeader
    if (up.length > 0) partition.inSyncReplicas = up
    return partition
  }

  /** The nodes of the next partition, round robin. Each topic begins at the next broker, so that small topics spread too. */
  #spread({ name, partitions, replicationFactor }: Topic): number[] {
    const first = (this.#firstNodes.get(name) ?? 0) + partitions.length
    return Array.from(
      { length: replicationFactor },
      (_, step) => (first + step) % this.#deps.brokers,
    )
  }
}
