import { type KafkaError, restoreError } from '@sluice/protocol'
import type { MetadataMessage, ToQueue } from '../messages.js'
import { Topic, type TopicDeps } from './topic.js'

export interface TopicsDeps extends Omit<TopicDeps, 'metadataFailure'> {
  toQueue(message: ToQueue): void
}

/** The topics that records were appended to lately, and what the cluster has said of them. */
export class Topics {
  readonly #deps: TopicsDeps
  readonly #topics = new Map<string, Topic>()
  #metadataFailure: KafkaError | null = null
  #onForgotten: ((topic: string) => void) | null = null

  constructor(deps: TopicsDeps) {
    this.#deps = deps
  }

  /** The first call for a name asks the cluster for the topic. */
  forName(name: string): Topic {
    const known = this.#topics.get(name)
    if (known !== undefined) return known
    const { toQueue, ...deps } = this.#deps
    const topic = new Topic(name, { ...deps, metadataFailure: () => this.#metadataFailure })
    this.#topics.set(name, topic)
    toQueue({ type: 'topic', topic: name })
    return topic
  }

  /** The topic that the queue speaks of; undefined where it was let go meanwhile. */
  get(name: string): Topic | undefined {
    return this.#topics.get(name)
  }

  /** The listener drops what it has of a topic. Without it no topic is let go. */
  onForgotten(listener: (topic: string) => void): void {
    this.#onForgotten = listener
  }

  /** These topics were not used for a while: lets go those that have no records, and asks for the others again. */
  letGo(names: readonly string[]): void {
    const waiting = this.#deps.line.topics()
    for (const name of names) {
      const topic = this.#topics.get(name)
      if (topic !== undefined && (topic.inUse || waiting.has(topic)))
        this.#deps.toQueue({ type: 'topic', topic: name })
      else if (this.#onForgotten !== null) this.#forget(name)
    }
  }

  learn({ topics, failure }: MetadataMessage): void {
    this.#metadataFailure = failure === null ? null : restoreError(failure)
    for (const snapshot of topics) this.#topics.get(snapshot.name)?.learn(snapshot)
    this.#deps.line.advance()
  }

  #forget(name: string): void {
    this.#topics.delete(name)
    this.#onForgotten?.(name)
    this.#deps.toQueue({ type: 'forgotten', topic: name })
  }
}
