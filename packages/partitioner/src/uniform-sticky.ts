import { KafkaError } from '@sluice/protocol'
import { partitionForKey } from './murmur2.js'
import type { PartitionInput, Partitioner, TopicPartitioner, TopicView } from './partitioner.js'
import { WeightedDraw } from './weighted-draw.js'

/** What {@link uniformStickyPartitioner} can be told. */
export interface UniformStickyOptions {
  /** Prefer partitions with fewer unsettled batches (`partitioner.adaptive.partitioning.enable`).
   *  @defaultValue true */
  readonly adaptive?: boolean
  /** Leave out partitions whose oldest batch has waited longer, unless that leaves none; 0 is off
   *  (`partitioner.availability.timeout.ms`). Unlike Java's it also holds without `adaptive`.
   *  @defaultValue 0 */
  readonly availabilityTimeoutMs?: number
  /** Place records with a key like those without one (`partitioner.ignore.keys`).
   *  @defaultValue false */
  readonly ignoreKeys?: boolean
  /** A number from 0 up to, but not, 1.
   *  @defaultValue Math.random */
  readonly random?: () => number
}

/**
 * The producer's default, as in the Java client (KIP-480, KIP-794). Records with a key go to
 * {@link partitionForKey}. The others stick to one partition until it has taken `batchBytes`, so that
 * they fill batches, then move on to another that has a leader.
 */
export function uniformStickyPartitioner(options: UniformStickyOptions = {}): Partitioner {
  const { adaptive = true, availabilityTimeoutMs = 0, ignoreKeys = false } = options
  const random = options.random ?? Math.random
  if (!(availabilityTimeoutMs >= 0)) {
    const problem = `availabilityTimeoutMs must be 0 (off) or more, not ${availabilityTimeoutMs}`
    throw new KafkaError('INVALID_OPTION', problem)
  }
  return {
    forTopic: () =>
      new StickyChooser(new WeightedDraw({ adaptive, availabilityTimeoutMs, random }), ignoreKeys),
  }
}

class StickyChooser implements TopicPartitioner {
  readonly #next: WeightedDraw
  readonly #ignoreKeys: boolean
  #partition = -1
  /** Where `#partition` was last seen in `topic.available`. */
  #index = 0
  #producedBytes = 0
  #tailOpen = false
  /** Whether the record placed last went to the sticky partition for want of a key. */
  #stuck = false

  constructor(next: WeightedDraw, ignoreKeys: boolean) {
    this.#next = next
    this.#ignoreKeys = ignoreKeys
  }

  partition(input: PartitionInput, topic: TopicView): number {
    const keyBytes = input.keyBytes
    this.#stuck = keyBytes === null || this.#ignoreKeys
    if (!this.#stuck) return partitionForKey(keyBytes!, topic.partitionCount)
    if (!this.#hasLeader(topic) || this.#isServed(topic)) this.#moveOn(topic)
    return this.#partition
  }

  onAppend(partition: number, bytes: number, tailOpen: boolean): void {
    if (!this.#stuck || partition !== this.#partition) return
    this.#producedBytes += bytes
    this.#tailOpen = tailOpen
  }

  /** Looked up by index, since this runs for each record: the list is searched only when it changed. */
  #hasLeader(topic: TopicView): boolean {
    if (topic.available[this.#index] === this.#partition) return true
    this.#index = topic.available.indexOf(this.#partition)
    return this.#index >= 0
  }

  /**
   * Leaving a half-filled batch behind would send many small ones once batches linger (KAFKA-14156),
   * so the partition is kept until its batch is full or gone, or it has taken twice its share.
   */
  #isServed(topic: TopicView): boolean {
    if (this.#producedBytes < topic.batchBytes) return false
    if (!this.#tailOpen || this.#producedBytes >= 2 * topic.batchBytes) return true
    return topic.queuedBatches(this.#partition) === 0
  }

  #moveOn(topic: TopicView): void {
    this.#index = this.#next.draw(topic)
    this.#partition = topic.available[this.#index]!
    this.#producedBytes = 0
  }
}
