import { booleanOption, longestTimerMs, numberOption, optionsOf } from '@sluice/protocol'
import { partitionForKey } from './murmur2.js'
import { randomOption } from './option-checks.js'
import type { PartitionInput, Partitioner, TopicPartitioner, TopicView } from './partitioner.js'
import { WeightedDraw } from './weighted-draw.js'

/** The options of {@link uniformStickyPartitioner}. */
export interface UniformStickyOptions {
  /** Whether partitions with fewer unsettled batches are preferred (`partitioner.adaptive.partitioning.enable`).
   *  @defaultValue true */
  readonly adaptive?: boolean
  /** Partitions whose oldest unsettled batch is older are left out, in ms, unless all are older. 0 leaves none out
   *  (`partitioner.availability.timeout.ms`). Unlike in the Java client it also holds without `adaptive`.
   *  @defaultValue 0 */
  readonly availabilityTimeoutMs?: number
  /** Whether records with a key are placed like records without a key (`partitioner.ignore.keys`).
   *  @defaultValue false */
  readonly ignoreKeys?: boolean
  /** Draws the next partition. It returns a number of 0 or more, and below 1.
   *  @defaultValue Math.random */
  readonly random?: () => number
}

/**
 * The default of the producer, as in the Java client (KIP-480, KIP-794). It places records with a key by
 * {@link partitionForKey}. The others stay on one partition until it has taken `batchBytes`, so that they fill batches,
 * and then move on to another partition that has a leader.
 *
 * @throws KafkaError INVALID_OPTION for an option of the wrong type, or a negative `availabilityTimeoutMs`
 */
export function uniformStickyPartitioner(options: UniformStickyOptions = {}): Partitioner {
  const names = ['adaptive', 'availabilityTimeoutMs', 'ignoreKeys', 'random']
  const given = optionsOf('uniformStickyPartitioner', options, names)
  const { adaptive = true, availabilityTimeoutMs = 0, ignoreKeys = false } = given
  const random = randomOption(given.random)
  booleanOption('adaptive', adaptive)
  booleanOption('ignoreKeys', ignoreKeys)
  // Infinity is as good as 0: it leaves no partition out.
  if (availabilityTimeoutMs !== Infinity)
    numberOption('availabilityTimeoutMs', availabilityTimeoutMs, 0, longestTimerMs)
  return {
    forTopic: () =>
      new StickyChooser(new WeightedDraw({ adaptive, availabilityTimeoutMs, random }), ignoreKeys),
  }
}

class StickyChooser implements TopicPartitioner {
  readonly #next: WeightedDraw
  readonly #ignoreKeys: boolean
  #partition = -1
  /** The last known index of `#partition` in `topic.available`. */
  #index = 0
  #producedBytes = 0
  #tailOpen = false
  /** Whether the last record went to the sticky partition, and not where its key belongs. */
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

  /** Looks at one index, since it runs for each record. It searches `available` only after a change. */
  #hasLeader(topic: TopicView): boolean {
    if (topic.available[this.#index] === this.#partition) return true
    this.#index = topic.available.indexOf(this.#partition)
    return this.#index >= 0
  }

  /**
   * If half-filled batches were left behind, many small ones would be sent once batches linger (KAFKA-14156). So the
   * partition is kept until its batch is full or was sent, or until it has taken twice its share.
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
