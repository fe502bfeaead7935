import { PartitionProgress } from './partition.js'

/** The progress of every partition that was ever sent to. */
export class Partitions {
  readonly #allowReordering: boolean
  readonly #topics = new Map<string, PartitionProgress[]>()

  constructor(allowReordering: boolean) {
    this.#allowReordering = allowReordering
  }

  ofTopic(topic: string): readonly PartitionProgress[] {
    return this.#topics.get(topic) ?? []
  }

  of({
    topic,
    partition,
  }: {
    readonly topic: string
    readonly partition: number
  }): PartitionProgress {
    let ofTopic = this.#topics.get(topic)
    if (ofTopic === undefined) this.#topics.set(topic, (ofTopic = []))
    while (ofTopic.length <= partition) ofTopic.push(new PartitionProgress(this.#allowReordering))
    return ofTopic[partition]!
  }
}
