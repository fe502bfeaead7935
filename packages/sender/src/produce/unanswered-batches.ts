import type { TopicPartition } from '@sluice/protocol'
import type { SentBatch } from '../partition/sent-batch.js'

/**
 * The batches of a request that its answer has not named yet. Brokers answer in the order of the request where it has one topic,
 * so the next batch is compared first: that needs no key for each batch.
 */
export class UnansweredBatches {
  readonly #batches: (SentBatch | null)[]
  #next = 0
  /** Where each batch is; null until an answer comes out of order. */
  #places: ReadonlyMap<string, number> | null = null

  constructor(batches: readonly SentBatch[]) {
    this.#batches = [...batches]
  }

  /** @returns null where the request has no batch of the partition, or its answer has come before */
  take(topic: string, partition: number): SentBatch | null {
    const next = this.#batches[this.#next]?.batch
    const isNext = next?.partition === partition && next.topic === topic
    const place = isNext ? this.#next : this.#placeOf(topic, partition)
    const sent = this.#batches[place]
    if (sent === undefined || sent === null) return null
    this.#batches[place] = null
    this.#next = place + 1
    return sent
  }

  /** What was not taken. */
  get rest(): SentBatch[] {
    return this.#batches.filter((sent) => sent !== null)
  }

  /** A map, since a hostile broker may answer thousands of partitions in any order. */
  #placeOf(topic: string, partition: number): number {
    this.#places ??= new Map(
      this.#batches.flatMap((sent, at) =>
        sent === null ? [] : [[keyOf(sent.batch), at] as const],
      ),
    )
    return this.#places.get(keyOf({ topic, partition })) ?? -1
  }
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${partition} ${topic}`
}
