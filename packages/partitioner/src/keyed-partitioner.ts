import { optionsOf } from '@sluice/protocol'
import { partitionerOption } from './option-checks.js'
import type { PartitionInput, Partitioner, TopicPartitioner, TopicView } from './partitioner.js'

/** The options of partitioners that only decide about keys. */
export interface KeyedOptions {
  /** Places the records without a key. The default depends on the partitioner. */
  readonly keyless?: Partitioner
}

/** The partitioner of the records without a key. @throws KafkaError INVALID_OPTION */
export function keylessOf(
  of: string,
  options: KeyedOptions,
  otherwise: () => Partitioner,
): Partitioner {
  const { keyless = otherwise() } = optionsOf(of, options, ['keyless'])
  return partitionerOption('keyless', keyless)
}

/** The partition where a hash puts a key. It is below `partitionCount`. */
export type PlaceKey = (keyBytes: Uint8Array, partitionCount: number) => number

/**
 * Places keys by a hash, over all partitions, and other records by another partitioner.
 *
 * @param emptyIsNone - whether a record with an empty key counts as a record without a key
 */
export function keyedPartitioner(
  place: PlaceKey,
  keyless: Partitioner,
  emptyIsNone = false,
): Partitioner {
  return { forTopic: (topic) => new KeyedChooser(place, keyless.forTopic(topic), emptyIsNone) }
}

class KeyedChooser implements TopicPartitioner {
  readonly #place: PlaceKey
  readonly #keyless: TopicPartitioner
  readonly #emptyIsNone: boolean
  /** Whether the other partitioner placed the last record. Only then it is told of the append. */
  #passedOn = false

  constructor(place: PlaceKey, keyless: TopicPartitioner, emptyIsNone: boolean) {
    this.#place = place
    this.#keyless = keyless
    this.#emptyIsNone = emptyIsNone
  }

  partition(input: PartitionInput, topic: TopicView): number {
    const { keyBytes } = input
    const isKey = keyBytes !== null && (keyBytes.length > 0 || !this.#emptyIsNone)
    this.#passedOn = !isKey
    if (isKey) return this.#place(keyBytes, topic.partitionCount)
    const bare = keyBytes === null ? input : { keyBytes: null, record: input.record }
    return this.#keyless.partition(bare, topic)
  }

  onAppend(partition: number, bytes: number, tailOpen: boolean): void {
    if (this.#passedOn) this.#keyless.onAppend?.(partition, bytes, tailOpen)
  }
}
