import type { TopicPartition } from '@sluice/protocol'
import type { Epochs } from '../producer-id/epochs.js'
import { Partition } from './partition.js'

/** Every partition that was sent to, until its topic is gone. */
export class Partitions {
  readonly #epochs: Epochs
  readonly #allowReordering: boolean
  readonly #topics = new Map<string, Partition[]>()

  constructor(epochs: Epochs, allowReordering: boolean) {
    this.#epochs = epochs
    this.#allowReordering = allowReordering
  }

  ofTopic(topic: string): readonly Partition[] {
    return this.#topics.get(topic) ?? []
  }

  of({ topic, partition }: TopicPartition): Partition {
    let ofTopic = this.#topics.get(topic)
    if (ofTopic === undefined) this.#topics.set(topic, (ofTopic = []))
    while (ofTopic.length <= partition)
      ofTopic.push(new Partition(this.#epochs, this.#allowReordering))
    return ofTopic[partition]!
  }

  /**
   * The topic is gone. If it comes back, its partitions begin with a higher epoch: a broker that has not lost its log does
   * not take new records for duplicates of old ones. Nothing happens while one of its batches is open, or no
   * higher epoch can be had.
   * @returns whether nothing of the topic is left
   */
  forget(topic: string): boolean {
    const partitions = this.ofTopic(topic)
    if (!partitions.every(({ window }) => window.isClear)) return false
    const retired = partitions.map((partition) => partition.retire())
    if (retired.includes(false)) return false
    this.#topics.delete(topic)
    return true
  }
}
