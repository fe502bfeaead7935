import type { EmbeddedPartition, EmbeddedTopic } from '../embedded-topic.js'
import { noLeader, type Partition } from '../partition/partition.js'
import { invalidOption } from '../require-option.js'
import {
  requireTopic,
  requireTopicNumbers,
  type EmbeddedTopicChanges,
  type EmbeddedTopicOptions,
} from '../topic-options.js'
import type { ClusterState } from './cluster-state.js'
import type { Topic } from './topics.js'

/**
 * What a test can do to topics and partitions. Every argument is checked: with a wrong name a test could pass and prove
 * nothing.
 */
export class TopicControl {
  readonly #state: ClusterState
  readonly #brokers: number

  constructor(state: ClusterState, brokers: number) {
    this.#state = state
    this.#brokers = brokers
  }

  topic(name: string): EmbeddedTopic | undefined {
    const topic = this.#state.topics.named(name)
    return topic && asEmbeddedTopic(topic)
  }

  createTopic(name: string, options: Partial<EmbeddedTopicOptions> = {}): void {
    requireTopic(name, { partitions: 1, ...options }, this.#brokers)
    if (this.#state.topics.named(name)) throw invalidOption(`topic ${name} is there already`)
    this.#state.createTopic(name, options)
  }

  deleteTopic(name: string): void {
    this.#state.deleteTopic(this.#topic(name).name)
  }

  alterTopic(name: string, { partitions, ...settings }: EmbeddedTopicChanges): void {
    const topic = this.#topic(name)
    requireTopicNumbers(name, { partitions: partitions ?? 1, ...settings })
    const count = topic.partitions.length
    if (partitions !== undefined && partitions < count) {
      throw invalidOption(`topic ${name} has ${count} partitions, and none can be removed`)
    }
    this.#state.topics.grow(topic, partitions ?? count)
    this.#state.alterTopic(topic, settings)
  }

  hideTopic(name: string): () => void {
    this.#state.hiddenTopics.add(name)
    return () => this.#state.hiddenTopics.delete(name)
  }

  deleteRecords(topic: string, partition: number, before: bigint): void {
    const { highWatermark, log } = this.#partition(topic, partition)
    log.deleteBefore(before < highWatermark ? before : highWatermark)
  }

  forgetProducers(): void {
    const topics = this.#state.topics.all()
    for (const { log } of topics.flatMap(({ partitions }) => partitions)) log.forgetProducers()
  }

  forgetEarlierBatches(): void {
    const topics = this.#state.topics.all()
    for (const { log } of topics.flatMap(({ partitions }) => partitions)) log.forgetEarlierBatches()
  }

  moveLeader(topic: string, partition: number, broker: number): void {
    this.requireBrokerOrNone(broker)
    this.#partition(topic, partition).moveLeader(broker)
  }

  setInSyncReplicas(topic: string, partition: number, brokers: readonly number[]): void {
    const { leader, replicas } = this.#partition(topic, partition)
    const wrong = brokers.find((broker) => !replicas.includes(broker))
    if (wrong !== undefined) {
      throw invalidOption(
        `broker ${wrong} has no replica of ${topic}-${partition}, only ${replicas.join(', ')}`,
      )
    }
    if (leader !== noLeader && !brokers.includes(leader)) {
      throw invalidOption(`broker ${leader} leads ${topic}-${partition}, so it is in sync`)
    }
    this.#partition(topic, partition).inSyncReplicas = [...brokers]
  }

  holdReplication(topic: string, partition: number): () => void {
    const held = this.#partition(topic, partition)
    if (held.inSyncReplicas.length < 2) {
      throw invalidOption(`${topic}-${partition} has no follower in sync that could be held back`)
    }
    held.holdReplication()
    return () => held.releaseReplication()
  }

  #topic(name: string): Topic {
    const topic = this.#state.topics.named(name)
    if (topic === undefined) throw invalidOption(`there is no topic ${name}`)
    return topic
  }

  /** @throws KafkaError INVALID_OPTION when there is no such partition. */
  protected requirePartition(topic: string, index: number): void {
    this.#partition(topic, index)
  }

  #partition(topic: string, index: number): Partition {
    const partition = this.#topic(topic).partitions[index]
    if (partition === undefined) throw invalidOption(`topic ${topic} has no partition ${index}`)
    return partition
  }

  /** @throws KafkaError INVALID_OPTION when it is no broker, and not −1 for none. */
  protected requireBrokerOrNone(node: number): void {
    if (node === noLeader) return
    if (Number.isInteger(node) && node >= 0 && node < this.#brokers) return
    throw invalidOption(`there is no broker ${node}`)
  }
}

function asEmbeddedTopic({ id, name, partitions }: Topic): EmbeddedTopic {
  return { id, name, partitions: partitions.map(asEmbeddedPartition) }
}

function asEmbeddedPartition(partition: Partition): EmbeddedPartition {
  const { highWatermark, inSyncReplicas, leader, leaderEpoch, log, replicas } = partition
  const { endOffset, startOffset } = log
  const places = { leader, leaderEpoch, replicas, inSyncReplicas }
  const { lastStableOffset } = partition
  return { ...places, startOffset, endOffset, highWatermark, lastStableOffset }
}
