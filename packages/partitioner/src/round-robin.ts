import { booleanOption, optionsOf } from '@sluice/protocol'
import { partitionForKey } from './murmur2.js'
import { randomOption } from './option-checks.js'
import type { PartitionInput, Partitioner, TopicPartitioner, TopicView } from './partitioner.js'

/** The options of {@link roundRobinPartitioner}. */
export interface RoundRobinOptions {
  /** Whether records with a key go round robin, too, as in the `RoundRobinPartitioner` of the Java client.
   *  @defaultValue false */
  readonly ignoreKeys?: boolean
  /** Decides which partition of each topic comes first. It returns a number of 0 or more, and below 1.
   *  @defaultValue Math.random */
  readonly random?: () => number
}

/**
 * Places records without a key on each partition that has a leader in turn, and records with a key by
 * {@link partitionForKey}. All partitions get the same number of records, but batches are smaller.
 *
 * @throws KafkaError INVALID_OPTION for an option of the wrong type
 */
export function roundRobinPartitioner(options: RoundRobinOptions = {}): Partitioner {
  const { ignoreKeys = false, random: given } = optionsOf('roundRobinPartitioner', options, [
    'ignoreKeys',
    'random',
  ])
  const random = randomOption(given)
  booleanOption('ignoreKeys', ignoreKeys)
  return { forTopic: () => new RoundRobinChooser(ignoreKeys, random()) }
}

class RoundRobinChooser implements TopicPartitioner {
  readonly #ignoreKeys: boolean
  /** In [0, 1). Producers that start at the same time should not all begin with partition 0. */
  readonly #start: number
  /** The index in `topic.available` of the next partition; −1 before the first record. */
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
