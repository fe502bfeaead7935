import type { AccumulatorQueue, TopicSnapshot } from '@sluice/accumulator'
import type { NetworkClient, TopicMetadata } from '@sluice/network'
import { KafkaError } from '@sluice/protocol'
import type { TopicIncarnations } from './topic-ids.js'

/** Keeps the front's picture of the topics up to date, and asks the cluster for those it wants. */
export class MetadataRelay {
  readonly #queue: AccumulatorQueue
  readonly #network: NetworkClient
  /** The topics of the front, with what it was last told of them. */
  readonly #told = new Map<string, TopicMetadata | null>()
  /** Those it was told of that the cluster lets nobody in. */
  readonly #refused = new Set<string>()
  readonly #refusals = new Map<string, KafkaError>()
  readonly #incarnations: TopicIncarnations
  #recreated: string[] = []
  #version = -1
  #failure: KafkaError | null = null

  constructor(queue: AccumulatorQueue, network: NetworkClient, incarnations: TopicIncarnations) {
    this.#queue = queue
    this.#network = network
    this.#incarnations = incarnations
  }

  /** True until the front wants its first topic. */
  get idle(): boolean {
    return this.#told.size === 0
  }

  /** Topics that the cluster refuses, and why. */
  get refusals(): ReadonlyMap<string, KafkaError> {
    return this.#refusals
  }

  /** Topics that were deleted and created again, each time once. */
  takeRecreated(): readonly string[] {
    const recreated = this.#recreated
    if (recreated.length > 0) this.#recreated = []
    return recreated
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

  #changed(): TopicSnapshot[] {
    const changed: TopicSnapshot[] = []
    for (const [name, before] of this.#told) {
      const topic = this.#network.metadata.topic(name)
      const news = topic === undefined ? this.#ofUnknown(name) : topic
      if (news === null || news === before) continue
      if (topic !== undefined) {
        this.#told.set(name, topic)
        if (this.#incarnations.learn(name, topic.id)) this.#recreated.push(name)
      }
      changed.push(news)
      this.#noteRefusal(news)
    }
    return changed
  }

  #noteRefusal({ name, error }: TopicSnapshot): void {
    if (error === null) this.#refusals.delete(name)
    else this.#refusals.set(name, new KafkaError(error, `the cluster refuses topic ${name}`))
  }

  /** Where the cluster lets nobody in, as with wrong credentials, who waits for a topic need not wait longer. */
  #ofUnknown(name: string): TopicSnapshot | null {
    const error = isFinal(this.#failure) ? this.#failure.code : null
    if (error === null) return this.#refused.delete(name) ? { name, error, partitions: [] } : null
    this.#refused.add(name)
    return { name, error, partitions: [] }
  }
}

function isFinal(failure: KafkaError | null): failure is KafkaError {
  return failure !== null && !failure.retriable && failure.topic === undefined
}
