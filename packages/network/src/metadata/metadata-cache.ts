import { errorCodeOf, type ErrorCode, zeroUuid } from '@sluice/protocol'
import type {
  LeaderChange,
  PartitionLeader,
  TopicMetadata,
  TopicWatcher,
} from '../cluster-metadata.js'
import { type FinalizedFeatures, unknownFeatures } from '../connection/connection-deps.js'
import { type AnswerSource, unknownSource } from './answer-source.js'
import { KnownTopic } from './known-topic.js'
import { type BrokerAnswer, readPartitions, type TopicAnswer } from './metadata-response.js'

/** Before this version the leader epochs of Metadata cannot be relied on (KAFKA-12257). */
const reliableEpochsFrom = 9

/** With these errors the cluster refuses a topic for good. */
const refusals = new Set<ErrorCode>(['INVALID_TOPIC_EXCEPTION', 'TOPIC_AUTHORIZATION_FAILED'])

/** These answers to a Produce say that the broker does not lead the partition. */
const leaderRefusals = new Set<ErrorCode>([
  'NOT_LEADER_OR_FOLLOWER',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNKNOWN_TOPIC_ID',
])

/**
 * The metadata of the topics, and the features of the cluster. Newer metadata replaces older, whichever broker it comes from;
 * older metadata replaces newer only where it is proven.
 */
export class MetadataCache {
  readonly #topics = new Map<string, KnownTopic>()
  /** By node id. Brokers without a rack are left out. */
  #racks: ReadonlyMap<number, string> = new Map()
  #features = unknownFeatures
  #version = 0
  #watcher: TopicWatcher | null = null

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
    return this.#topics.get(name)?.snapshot
  }

  topicId(name: string): string | undefined {
    return this.#topics.get(name)?.id
  }

  leader(topic: string, partition: number): PartitionLeader | null {
    const entry = this.#topics.get(topic)
    if (entry === undefined) return null
    entry.used = true
    return entry.leader(partition)
  }

  /** @returns whether the topic was used since the last call */
  takeUse(topic: string): boolean {
    const entry = this.#topics.get(topic)
    const used = entry?.used === true
    if (entry !== undefined) entry.used = false
    return used
  }

  watch(watcher: TopicWatcher): void {
    this.#watcher = watcher
  }

  forget(topic: string): void {
    if (this.#topics.delete(topic)) this.#version++
    this.#watcher?.forgotten(topic)
  }

  /** The cluster refuses the topic. This is the only place that stores a refusal. */
  refuse(name: string, error: ErrorCode): void {
    if (this.#entry(name).refuse(error)) this.#changed(name)
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
  applyTopic(
    name: string,
    answer: TopicAnswer,
    apiVersion: number,
    source: AnswerSource = unknownSource,
  ): ErrorCode | null {
    const code = errorCodeOf(answer.errorCode)
    if (code === null) return this.#learn(name, answer, apiVersion, source)
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
    const known = entry?.partition(partition)
    if (entry === undefined || known === undefined || known.leaderEpoch >= epoch) return false
    const leaderRack = this.#racks.get(leader) ?? endpoint?.rack ?? undefined
    entry.learnLeader({ ...known, leader, leaderEpoch: epoch, leaderRack })
    this.#changed(name)
    return true
  }

  /** A leader has answered a Produce. What it says of itself counts while it is the one that is believed. */
  leaderAnswered(
    topic: string,
    partition: number,
    { node, epoch }: PartitionLeader,
    error: ErrorCode | null,
  ): void {
    const entry = this.#topics.get(topic)
    const believed = entry?.leader(partition)
    if (believed === undefined || believed?.node !== node || believed.epoch !== epoch) return
    if (error === null) entry!.leaderAccepted(partition)
    else if (leaderRefusals.has(error)) entry!.leaderRefused(partition)
  }

  #learn(
    name: string,
    answer: TopicAnswer,
    apiVersion: number,
    source: AnswerSource,
  ): ErrorCode | null {
    const reliableEpochs = apiVersion >= reliableEpochsFrom
    const fresh = readPartitions(name, answer.partitions, reliableEpochs, this.#racks)
    if (fresh === null) return 'UNKNOWN_TOPIC_OR_PARTITION'
    const known = this.#topics.get(name)
    // A broker too old for topic ids does not name one. The id that a newer broker named still holds.
    const id =
      answer.topicId === zeroUuid && known !== undefined && !known.absent
        ? known.id
        : answer.topicId
    const isSame = known !== undefined && isSameTopic(known, id, fresh.length)
    const entry = this.#entry(name)
    if (entry.learn(id, isSame, fresh, source)) this.#changed(name)
    return entry.leaderless ? 'LEADER_NOT_AVAILABLE' : null
  }

  #changed(name: string): void {
    this.#version++
    this.#watcher?.changed(name)
  }

  #entry(name: string): KnownTopic {
    let entry = this.#topics.get(name)
    if (entry === undefined) this.#topics.set(name, (entry = new KnownTopic(name)))
    return entry
  }
}

/** Whether this is the known topic, and not another one that was created under its name. */
function isSameTopic(known: KnownTopic, id: string, partitionCount: number): boolean {
  if (known.id !== id) return false
  // Without ids, another topic shows by an absence in between, or by fewer partitions: a topic never loses any.
  return id !== zeroUuid || (!known.absent && partitionCount >= known.partitionCount)
}
