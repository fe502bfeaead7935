import { errorCodeOf, type ErrorCode, type PartitionMetadata, zeroUuid } from '@sluice/protocol'
import type { LeaderChange, PartitionLeader, TopicMetadata } from '../cluster-metadata.js'
import { type FinalizedFeatures, unknownFeatures } from '../connection/connection-deps.js'
import {
  type BrokerAnswer,
  mergePartitions,
  readPartitions,
  type TopicAnswer,
} from './metadata-response.js'

/** Before this version the leader epochs of Metadata cannot be relied on (KAFKA-12257). */
const reliableEpochsFrom = 9

/** With these errors the cluster refuses a topic for good. */
const refusals = new Set<ErrorCode>(['INVALID_TOPIC_EXCEPTION', 'TOPIC_AUTHORIZATION_FAILED'])

interface Entry {
  readonly topic: TopicMetadata
  /** By partition. Made once, since the sender looks here for each batch. */
  readonly leaders: readonly (PartitionLeader | null)[]
  /** Whether the last answer said that there is no such topic. */
  absent: boolean
  /** Whether a leader was asked for since the last `takeUse`. */
  used: boolean
}

/** The metadata of the topics, and the features of the cluster. Only newer metadata replaces older, whichever broker it comes from. */
export class MetadataCache {
  readonly #topics = new Map<string, Entry>()
  /** By node id. Brokers without a rack are left out. */
  #racks: ReadonlyMap<number, string> = new Map()
  #features = unknownFeatures
  #version = 0

  get version(): number {
    return this.#version
  }

  /** How many topics are known, refused ones included. */
  get topicCount(): number {
    return this.#topics.size
  }

  /** The levels of the finalized features, by name. */
  get features(): ReadonlyMap<string, number> {
    return this.#features.levels
  }

  topic(name: string): TopicMetadata | undefined {
    return this.#topics.get(name)?.topic
  }

  leader(topic: string, partition: number): PartitionLeader | null {
    const entry = this.#topics.get(topic)
    if (entry === undefined) return null
    entry.used = true
    return entry.leaders[partition] ?? null
  }

  /** @returns whether the topic was used since the last call */
  takeUse(topic: string): boolean {
    const entry = this.#topics.get(topic)
    const used = entry?.used === true
    if (entry !== undefined) entry.used = false
    return used
  }

  forget(topic: string): void {
    if (this.#topics.delete(topic)) this.#version++
  }

  /** The cluster refuses the topic. This is the only place that stores a refusal. */
  refuse(name: string, error: ErrorCode): void {
    this.#store({ name, id: zeroUuid, error, partitions: [] })
  }

  /**
   * Takes in the features that one broker knows. Those with the highest epoch count.
   * @returns false when they are not newer
   */
  applyFeatures(features: FinalizedFeatures): boolean {
    if (features.epoch <= this.#features.epoch) return false
    this.#features = features
    this.#version++
    return true
  }

  /** The brokers may be those of another cluster now, which counts epochs for itself. */
  forgetFeatures(): void {
    if (this.#features === unknownFeatures) return
    this.#features = unknownFeatures
    this.#version++
  }

  /** Takes in the racks of the brokers. To be called before the topics of the same answer. */
  applyRacks(brokers: readonly BrokerAnswer[]): void {
    const placed = brokers.filter(({ rack }) => rack !== null)
    this.#racks = new Map(placed.map(({ nodeId, rack }) => [nodeId, rack!]))
  }

  /**
   * Takes in the answer for one topic.
   * @returns why the topic must be asked for again, or null when the answer is complete
   */
  applyTopic(name: string, answer: TopicAnswer, apiVersion: number): ErrorCode | null {
    const code = errorCodeOf(answer.errorCode)
    if (code === null) return this.#learn(name, answer, apiVersion)
    if (refusals.has(code)) {
      this.refuse(name, code)
      return null
    }
    const entry = this.#topics.get(name)
    if (entry !== undefined && code === 'UNKNOWN_TOPIC_OR_PARTITION') entry.absent = true
    return code
  }

  /**
   * Takes in the new leader of one partition.
   * @returns false when the leader that is known is as new, or the partition is not known
   */
  applyLeader({ topic: name, partition, leader, epoch, endpoint }: LeaderChange): boolean {
    const entry = this.#topics.get(name)
    const known = entry?.topic.partitions[partition]
    if (entry === undefined || known === undefined || known.leaderEpoch >= epoch) return false
    const leaderRack = this.#racks.get(leader) ?? endpoint?.rack ?? undefined
    const changed = { ...known, leader, leaderEpoch: epoch, leaderRack }
    // Copies with one item changed: of a topic with 10 000 partitions a thousand leaders may move in a second.
    const topic = { ...entry.topic, partitions: entry.topic.partitions.with(partition, changed) }
    const leaders = entry.leaders.with(partition, { node: leader, epoch })
    this.#topics.set(name, { topic, leaders, absent: false, used: entry.used })
    this.#version++
    return true
  }

  #learn(name: string, answer: TopicAnswer, apiVersion: number): ErrorCode | null {
    const reliableEpochs = apiVersion >= reliableEpochsFrom
    const fresh = readPartitions(name, answer.partitions, reliableEpochs, this.#racks)
    if (fresh === null) return 'UNKNOWN_TOPIC_OR_PARTITION'
    const entry = this.#topics.get(name)
    // A broker too old for topic ids does not name one. The id that a newer broker named still holds.
    const id =
      answer.topicId === zeroUuid && entry !== undefined && !entry.absent
        ? entry.topic.id
        : answer.topicId
    const known =
      entry !== undefined && isSameTopic(entry, id, fresh.length) ? entry.topic.partitions : []
    const partitions = mergePartitions(known, fresh)
    this.#store({ name, id, error: null, partitions })
    return partitions.some(({ leader }) => leader === null) ? 'LEADER_NOT_AVAILABLE' : null
  }

  #store(topic: TopicMetadata): void {
    const entry = this.#topics.get(topic.name)
    if (entry !== undefined) entry.absent = false
    if (entry !== undefined && isUnchanged(entry.topic, topic)) return
    const leaders = topic.partitions.map(leaderOf)
    const used = entry?.used ?? false
    this.#topics.set(topic.name, { topic, leaders, absent: false, used })
    this.#version++
  }
}

/** Whether this is the known topic, and not another one that was created under its name. */
function isSameTopic(entry: Entry, id: string, partitionCount: number): boolean {
  if (entry.topic.id !== id) return false
  // Without ids, another topic shows by an absence in between, or by fewer partitions: a topic never loses any.
  return id !== zeroUuid || (!entry.absent && partitionCount >= entry.topic.partitions.length)
}

/** After a merge, partitions with nothing new are the same objects. */
function isUnchanged(old: TopicMetadata, topic: TopicMetadata): boolean {
  if (old.id !== topic.id || old.error !== topic.error) return false
  if (old.partitions.length !== topic.partitions.length) return false
  return old.partitions.every((partition, index) => partition === topic.partitions[index])
}

function leaderOf({ leader, leaderEpoch }: PartitionMetadata): PartitionLeader | null {
  return leader === null ? null : { node: leader, epoch: leaderEpoch }
}
