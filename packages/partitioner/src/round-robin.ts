import { partitionForKey } from './murmur2.js'
import type { PartitionInput, Partitioner, TopicPartitioner, TopicView } from './partitioner.js'

/** What {@link roundRobinPartitioner} can be told. */
export interface RoundRobinOptions {
  /** Send records with a key round robin too, as the Java client's `RoundRobinPartitioner` does.
   *  @defaultValue false */
  readonly ignoreKeys?: boolean
  /** Where each topic's first turn falls: a number from 0 up to, but not, 1.
   *  @defaultValue Math.random */
  readonly random?: () => number
}

/**
 * Round robin over the partitions that have a leader, for records without a key; records with a key
 * go to {@link partitionForKey}. Spreads evenly by count, at the price of smaller batches.
 */
export function roundRobinPartitioner(options: RoundRobinOptions = {}): Partitioner {
  const { ignoreKeys = false, random = Math.random } = options
  return { forTopic: () => new RoundRobinChooser(ignoreKeys, random()) }
}

class RoundRobinChooser implements TopicPartitioner {
  readonly #ignoreKeys: boolean
  /** In [0, 1): producers that start together should not all begin at partition 0. */
  readonly #start: number
  /** The index in `topic.available` of the next turn; −1 before the first. */
  #turn = -1

  constructor(ignoreKeys: boolean, start: number) {
    this.#ignoreKeys = ignoreKeys
    this.#start = start
  }

  partition(input: PartitionInput, topic: TopicView): number {
    if (input.keyBytes !== null && !this.#ignoreKeys) {
      return partitionForKey(input.keyBytes, topic.partitionCount)
    }
    const count = topic.available.length
    if (this.#turn < 0) this.#turn = Math.floor(this.#start * count)
    else if (this.#turn >= count) this.#turn = 0
    return topic.available[this.#turn++]!
  }
}
