import { type ErrorCode, type PartitionMetadata, zeroUuid } from '@sluice/protocol'
import type { PartitionLeader, TopicMetadata } from '../cluster-metadata.js'
import { type AnswerSource, unknownBroker } from './answer-source.js'
import { LeaderDoubt } from './leader-doubt.js'
import { isSamePartition, noEpoch } from './metadata-response.js'

/**
 * What is known of one topic. A partition that an answer says nothing new of stays the same object. An answer with an older
 * leader epoch, or with fewer partitions, mostly comes from a broker that lags behind, and does not replace anything.
 */
export class KnownTopic {
  readonly name: string
  /** Whether the last answer said that there is no such topic. */
  absent = false
  /** Whether a leader was asked for since `used` was cleared. */
  used = false
  #id = zeroUuid
  #error: ErrorCode | null = null
  #partitions: PartitionMetadata[] = []
  /** By partition. Made once, since the sender looks here for each batch. */
  #leaders: (PartitionLeader | null)[] = []
  /** By partition, the broker that named the leader last. */
  #toldBy: number[] = []
  /** By partition, where there is doubt. Mostly there is none anywhere, and no map. */
  #doubts: Map<number, LeaderDoubt> | null = null
  /** Made when somebody looks: of a topic with 10 000 partitions a thousand leaders may move in one answer. */
  #snapshot: TopicMetadata | null = null

  constructor(name: string) {
    this.name = name
  }

  get id(): string {
    return this.#id
  }

  get error(): ErrorCode | null {
    return this.#error
  }

  get partitionCount(): number {
    return this.#partitions.length
  }

  /** Does not change any more. The same object until the topic changes. */
  get snapshot(): TopicMetadata {
    this.#snapshot ??= {
      name: this.name,
      id: this.#id,
      error: this.#error,
      partitions: this.#partitions.slice(),
    }
    return this.#snapshot
  }

  /** Whether a partition has no leader. */
  get leaderless(): boolean {
    return this.#leaders.includes(null)
  }

  leader(partition: number): PartitionLeader | null {
    return this.#leaders[partition] ?? null
  }

  partition(partition: number): PartitionMetadata | undefined {
    return this.#partitions[partition]
  }

  /** The cluster refuses the topic. @returns whether that is news */
  refuse(error: ErrorCode): boolean {
    this.absent = false
    if (this.#error === error && this.#id === zeroUuid) return false
    this.#beginAs(zeroUuid, error)
    return true
  }

  /**
   * Takes in an answer.
   * @param id - of the topic; another id is another topic, which begins anew
   * @param isSame - whether this is the topic that is known
   * @returns whether it brought anything new
   */
  learn(
    id: string,
    isSame: boolean,
    fresh: readonly PartitionMetadata[],
    source: AnswerSource,
  ): boolean {
    this.absent = false
    let changed = !isSame || this.#error !== null || this.#id !== id
    if (!isSame) this.#beginAs(id, null)
    this.#id = id
    this.#error = null
    for (const partition of fresh) if (this.#learnPartition(partition, source)) changed = true
    if (changed) this.#snapshot = null
    return changed
  }

  /** A broker that was asked for something else names a newer leader of a known partition. */
  learnLeader(partition: PartitionMetadata): void {
    this.absent = false
    this.#take(partition, unknownBroker)
    this.#snapshot = null
  }

  /** The leader that is believed has taken a batch: it does lead. */
  leaderAccepted(partition: number): void {
    this.#doubts?.delete(partition)
  }

  /** The leader that is believed says that it does not lead. */
  leaderRefused(partition: number): void {
    this.#doubtOf(partition).refused()
  }

  #learnPartition(fresh: PartitionMetadata, source: AnswerSource): boolean {
    const { partition, leaderEpoch } = fresh
    const known = this.#partitions[partition]
    if (known !== undefined && leaderEpoch !== noEpoch && leaderEpoch < known.leaderEpoch) {
      const toldBy = this.#toldBy[partition]!
      if (!this.#doubtOf(partition).answered(fresh, source, known, toldBy)) return false
    } else if (known !== undefined && isSamePartition(known, fresh)) {
      this.#doubts?.delete(partition)
      this.#toldBy[partition] = source.broker
      return false
    }
    this.#take(fresh, source.broker)
    return true
  }

  #take(fresh: PartitionMetadata, toldBy: number): void {
    const { partition, leader, leaderEpoch } = fresh
    this.#partitions[partition] = fresh
    this.#leaders[partition] = leader === null ? null : { node: leader, epoch: leaderEpoch }
    this.#toldBy[partition] = toldBy
    this.#doubts?.delete(partition)
  }

  #doubtOf(partition: number): LeaderDoubt {
    this.#doubts ??= new Map()
    let doubt = this.#doubts.get(partition)
    if (doubt === undefined) this.#doubts.set(partition, (doubt = new LeaderDoubt()))
    return doubt
  }

  #beginAs(id: string, error: ErrorCode | null): void {
    this.#id = id
    this.#error = error
    this.#partitions = []
    this.#leaders = []
    this.#toldBy = []
    this.#doubts = null
    this.#snapshot = null
  }
}
