import type { AccumulatorQueue, TopicSnapshot } from '@sluice/accumulator'
import type { NetworkClient, TopicMetadata } from '@sluice/network'
import { KafkaError } from '@sluice/protocol'
import type { TopicIds } from './topic-ids.js'

/** A topic may be missing from the metadata for a while, from brokers that lag behind. After this time it is gone. */
const goneAfterMs = 60_000

export interface MetadataFeedEvents {
  /** The topic was deleted and created again. Told once, after the front was. */
  recreated(topic: string): void
  /** The metadata has had no such topic for a minute. Told again with each change of the metadata while that lasts. */
  gone(topic: string): void
}

/** Keeps the front's picture of its topics up to date, and asks the cluster for the topics that the front wants. */
export class TopicMetadataFeed {
  readonly #queue: AccumulatorQueue
  readonly #network: NetworkClient
  readonly #topicIds: TopicIds
  readonly #events: MetadataFeedEvents
  /** The topics that the front wants, with the snapshot that it was given last; null before the first. */
  readonly #published = new Map<string, TopicSnapshot | null>()
  /** Those of them whose last snapshot has an error. */
  readonly #refused = new Set<string>()
  /** By topic, since when the metadata has had no partitions of it, in monotonic ms. */
  readonly #missingSince = new Map<string, number>()
  #version = -1
  #failure: KafkaError | null = null

  constructor(
    queue: AccumulatorQueue,
    network: NetworkClient,
    topicIds: TopicIds,
    events: MetadataFeedEvents,
  ) {
    this.#queue = queue
    this.#network = network
    this.#topicIds = topicIds
    this.#events = events
  }

  /** True until the front wants its first topic. */
  get idle(): boolean {
    return this.#published.size === 0
  }

  /** Topics that the cluster refuses for good, as far as the front was told. */
  get refused(): Iterable<string> {
    return this.#refused
  }

  /** Why the cluster refuses the topic. */
  refusalOf(topic: string): KafkaError {
    const code = this.#published.get(topic)!.error!
    return new KafkaError(code, `the cluster refuses topic ${topic}`)
  }

  run(now: number): void {
    const { metadata } = this.#network
    const wanted = this.#queue.takeWantedTopics()
    for (const topic of wanted) {
      if (!this.#published.has(topic)) this.#published.set(topic, null)
      metadata.want(topic)
    }
    const isSame = metadata.version === this.#version && metadata.lastError === this.#failure
    if (wanted.length === 0 && isSame) return
    this.#version = metadata.version
    this.#failure = metadata.lastError
    this.#publish(now, new Set(wanted))
  }

  /** A topic that the front wants again is told again, for the front knows nothing of it. */
  #publish(now: number, wanted: ReadonlySet<string>): void {
    const changed: TopicSnapshot[] = []
    const recreated: string[] = []
    for (const [name, before] of this.#published) {
      const topic = this.#network.metadata.topic(name)
      this.#lookForGone(name, topic, now)
      const news = topic ?? this.#ofUnknown(name, before)
      if (news === null || (news === before && !wanted.has(name))) continue
      changed.push(news)
      this.#note(news)
      if (topic !== undefined && this.#topicIds.learn(name, topic.id, topic.partitions.length))
        recreated.push(name)
    }
    this.#queue.publish(changed, this.#failure)
    for (const name of recreated) this.#events.recreated(name)
  }

  #lookForGone(name: string, topic: TopicMetadata | undefined, now: number): void {
    const since = this.#missingSince.get(name)
    if (topic !== undefined && topic.error === null) this.#missingSince.delete(name)
    else if (since === undefined) this.#missingSince.set(name, now)
    else if (now - since >= goneAfterMs) this.#events.gone(name)
  }

  #note(snapshot: TopicSnapshot): void {
    const { name, error } = snapshot
    this.#published.set(name, snapshot)
    if (error === null) this.#refused.delete(name)
    else this.#refused.add(name)
  }

  /**
   * While the cluster refuses this client, as with wrong credentials, records that wait for a topic need not wait longer. Such
   * a snapshot has no topic id.
   */
  #ofUnknown(name: string, before: TopicSnapshot | null): TopicSnapshot | null {
    const error = isFinal(this.#failure) ? this.#failure.code : null
    const told = before !== null && before.id === undefined ? before : null
    if (error === (told?.error ?? null)) return error === null ? null : told
    return { name, error, partitions: [] }
  }
}

function isFinal(failure: KafkaError | null): failure is KafkaError {
  return failure !== null && !failure.retriable && failure.topic === undefined
}
