import {
  errorCodeOf,
  type ErrorCode,
  type metadataApi,
  type PartitionMetadata,
  type ResponseOf,
  zeroUuid,
} from '@sluice/protocol'
import type { LeaderChange, PartitionLeader, TopicMetadata } from '../cluster-metadata.js'
import { mergePartitions, readPartitions } from './metadata-response.js'

export type TopicAnswer = ResponseOf<typeof metadataApi>['topics'][number]
type BrokerAnswer = ResponseOf<typeof metadataApi>['brokers'][number]

/** Before this version the leader epochs of Metadata cannot be relied on (KAFKA-12257). */
const reliableEpochsFrom = 9

/** The cluster refuses these topics whoever asks again. */
const refusals = new Set<ErrorCode>(['INVALID_TOPIC_EXCEPTION', 'TOPIC_AUTHORIZATION_FAILED'])

interface Entry {
  readonly topic: TopicMetadata
  /** By partition; made once, since the sender looks here for each batch. */
  readonly leaders: readonly (PartitionLeader | null)[]
  /** The last answer said that there is no such topic. */
  absent: boolean
  /** Since the last `takeUse` somebody has asked who leads. */
  used: boolean
}

/** What is known of the topics. Only newer knowledge replaces older, whichever broker it comes from. */
export class MetadataCache {
  readonly #topics = new Map<string, Entry>()
  /** By node id. Brokers without a rack are not in it. */
  #racks: ReadonlyMap<number, string> = new Map()
  #version = 0

  get version(): number {
    return this.#version
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

  /** @returns whether anybody has used the topic since this was asked last */
  takeUse(topic: string): boolean {
    const entry = this.#topics.get(topic)
    const used = entry?.used === true
    if (entry !== undefined) entry.used = false
    return used
  }

  forget(topic: string): void {
    if (this.#topics.delete(topic)) this.#version++
  }

  /** The cluster has no such topic, and will not make it. */
  refuse(name: string, error: ErrorCode): void {
    this.#store({ name, id: zeroUuid, error, partitions: [] })
  }

  /** Takes in where the brokers are, before the topics of the same answer. */
  applyRacks(brokers: readonly BrokerAnswer[]): void {
    const placed = brokers.filter(({ rack }) => rack !== null)
    this.#racks = new Map(placed.map(({ nodeId, rack }) => [nodeId, rack!]))
  }

  /**
   * Takes in what a broker says of one topic.
   * @returns why it must be asked again, or null when the answer settles it
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

  /** @returns false when what is known is as new, or the partition is not known */
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
    // A broker too old for topic ids says nothing of them; what a newer one said still holds.
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

/** Whether this is the topic we know, and not another that was created under its name. */
function isSameTopic(entry: Entry, id: string, partitionCount: number): boolean {
  if (entry.topic.id !== id) return false
  // Without ids, absence tells, or that partitions are gone: those of a living topic never are.
  return id !== zeroUuid || (!entry.absent && partitionCount >= entry.topic.partitions.length)
}

/** Partitions that say the same are the same objects after a merge. */
function isUnchanged(old: TopicMetadata, topic: TopicMetadata): boolean {
  if (old.id !== topic.id || old.error !== topic.error) return false
  if (old.partitions.length !== topic.partitions.length) return false
  return old.partitions.every((partition, index) => partition === topic.partitions[index])
}

function leaderOf({ leader, leaderEpoch }: PartitionMetadata): PartitionLeader | null {
  return leader === null ? null : { node: leader, epoch: leaderEpoch }
}
