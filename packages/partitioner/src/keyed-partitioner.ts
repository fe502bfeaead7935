import type { PartitionInput, Partitioner, TopicPartitioner, TopicView } from './partitioner.js'

/** What a partitioner that places keys by a hash can be told. */
export interface KeyedOptions {
  /** Places the records without a key. */
  readonly keyless?: Partitioner
}

/** Where a hash puts a key: a partition below `partitionCount`. */
export type PlaceKey = (keyBytes: Uint8Array, partitionCount: number) => number

/**
 * Keys by a hash of their own, over all partitions; the rest by another partitioner.
 *
 * @param emptyIsNone An empty key is as good as none.
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
  /** Whether the other partitioner placed the last record, and so wants to know of its append. */
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
