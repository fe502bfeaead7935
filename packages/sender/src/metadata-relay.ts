import type { AccumulatorQueue } from '@sluice/accumulator'
import type { NetworkClient, TopicMetadata } from '@sluice/network'
import type { KafkaError } from '@sluice/protocol'

/** Keeps the front's picture of the topics up to date, and asks the cluster for those it wants. */
export class MetadataRelay {
  readonly #queue: AccumulatorQueue
  readonly #network: NetworkClient
  /** The topics of the front, with what it was last told of them. */
  readonly #told = new Map<string, TopicMetadata | null>()
  #version = -1
  #failure: KafkaError | null = null

  constructor(queue: AccumulatorQueue, network: NetworkClient) {
    this.#queue = queue
    this.#network = network
  }

  /** True until the front wants its first topic. */
  get idle(): boolean {
    return this.#told.size === 0
  }

  run(): void {
    const { metadata } = this.#network
    const wanted = this.#queue.takeWantedTopics()
    for (const topic of wanted) {
      this.#told.set(topic, null)
      metadata.want(topic)
    }
    if (
      wanted.length === 0 &&
      metadata.version === this.#version &&
      metadata.lastError === this.#failure
    )
      return
    this.#version = metadata.version
    this.#failure = metadata.lastError
    this.#queue.publish(this.#changed(), this.#failure)
  }

  #changed(): TopicMetadata[] {
    const changed: TopicMetadata[] = []
    for (const [name, before] of this.#told) {
      const topic = this.#network.metadata.topic(name)
      if (topic === undefined || topic === before) continue
      this.#told.set(name, topic)
      changed.push(topic)
    }
    return changed
  }
}
