import type { AccumulatorQueue, TopicSnapshot } from '@sluice/accumulator'
import type { NetworkClient } from '@sluice/network'
import { type ErrorCode, KafkaError } from '@sluice/protocol'
import { MissingTopics } from './missing-topics.js'
import { TopicChanges } from './topic-changes.js'
import type { TopicIds } from './topic-ids.js'

export interface MetadataFeedEvents {
  /** The topic was deleted and created again. Told once, after the front was. */
  recreated(topic: string): void
  /**
   * The metadata has had no such topic for a minute, or the topic was not used for a while.
   * @returns whether nothing is left of it; else it is told again a minute later
   */
  gone(topic: string): boolean
}

/**
 * Keeps the front's picture of its topics up to date, and asks the cluster for the topics that the front wants. It looks at
 * the topics that have changed, and not at all of them: there may be ten thousand.
 */
export class TopicMetadataFeed {
  readonly #queue: AccumulatorQueue
  readonly #network: NetworkClient
  readonly #topicIds: TopicIds
  readonly #events: MetadataFeedEvents
  /** The topics that the front wants, with the snapshot that it was given last; null before the first. */
  readonly #published = new Map<string, TopicSnapshot | null>()
  /** Those of them that the metadata does not know. */
  readonly #unknown = new Set<string>()
  readonly #changes: TopicChanges
  readonly #missing: MissingTopics
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
    this.#changes = new TopicChanges(network.metadata)
    this.#missing = new MissingTopics((topic) => this.#gone(topic))
  }

  /** True while the front wants no topic. */
  get idle(): boolean {
    return this.#published.size === 0
  }

  /** Whether the cluster refuses the topic. */
  isRefused(topic: string): boolean {
    return (this.#published.get(topic)?.error ?? null) !== null
  }

  /** Why the cluster refuses the topic. */
  refusalOf(topic: string): KafkaError {
    const code = this.#published.get(topic)!.error!
    return new KafkaError(code, `the cluster refuses topic ${topic}`)
  }

  run(now: number): void {
    for (const topic of this.#queue.takeForgottenTopics?.() ?? []) this.#forget(topic, now)
    const wanted = this.#queue.takeWantedTopics()
    for (const topic of wanted) this.#want(topic)
    const { lastError } = this.#network.metadata
    if (wanted.length > 0 || this.#changes.any || lastError !== this.#failure)
      this.#publish(now, new Set(wanted), lastError)
    this.#missing.look(now)
    const idle = this.#changes.takeForgotten().filter((topic) => this.#published.has(topic))
    if (idle.length > 0) this.#queue.offerIdle?.(idle)
  }

  #want(topic: string): void {
    if (!this.#published.has(topic)) {
      this.#published.set(topic, null)
      this.#unknown.add(topic)
    }
    this.#network.metadata.want(topic)
  }

  /** The front has let the topic go. */
  #forget(topic: string, now: number): void {
    this.#published.delete(topic)
    this.#unknown.delete(topic)
    this.#missing.lookAt(topic, now)
  }

  #gone(topic: string): boolean {
    const isGone = this.#events.gone(topic)
    if (isGone && !this.#published.has(topic)) this.#topicIds.forget(topic)
    return isGone
  }

  /** A topic that the front wants again is told again, for the front knows nothing of it. */
  #publish(now: number, wanted: ReadonlySet<string>, failure: KafkaError | null): void {
    const names = new Set([...wanted, ...this.#changes.take(this.#published.keys())])
    // The cluster lets this client in, or does not any more: that is news of each topic that is not known.
    if (refusalOf(failure) !== refusalOf(this.#failure))
      for (const topic of this.#unknown) names.add(topic)
    this.#failure = failure
    const changed: TopicSnapshot[] = []
    const recreated: string[] = []
    for (const name of names) {
      const before = this.#published.get(name)
      if (before === undefined) continue
      const news = this.#newsOf(name, before, now)
      if (news === null || (news === before && !wanted.has(name))) continue
      changed.push(news)
      this.#published.set(name, news)
      if (news.id !== undefined && this.#topicIds.learn(name, news.id, news.partitions.length))
        recreated.push(name)
    }
    this.#queue.publish(changed, failure)
    for (const name of recreated) this.#events.recreated(name)
  }

  #newsOf(name: string, before: TopicSnapshot | null, now: number): TopicSnapshot | null {
    const topic = this.#network.metadata.topic(name)
    if (topic === undefined) this.#unknown.add(name)
    else this.#unknown.delete(name)
    if (topic === undefined || topic.error !== null) this.#missing.add(name, now)
    else this.#missing.delete(name)
    return topic ?? this.#ofUnknown(name, before)
  }

  /**
   * While the cluster refuses this client, as with wrong credentials, records that wait for a topic need not wait longer. Such
   * a snapshot has no topic id.
   */
  #ofUnknown(name: string, before: TopicSnapshot | null): TopicSnapshot | null {
    const error = refusalOf(this.#failure)
    const told = before !== null && before.id === undefined ? before : null
    if (error === (told?.error ?? null)) return error === null ? null : told
    return { name, error, partitions: [] }
  }
}

/** Set while the cluster refuses this client. */
function refusalOf(failure: KafkaError | null): ErrorCode | null {
  const isFinal = failure !== null && !failure.retriable && failure.topic === undefined
  return isFinal ? failure.code : null
}
