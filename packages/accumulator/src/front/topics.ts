import { KafkaError, restoreError } from '@sluice/protocol'
import type { MetadataMessage, ToQueue } from '../messages.js'
import { Topic, type TopicDeps } from './topic.js'

export interface TopicsDeps extends Omit<TopicDeps, 'metadataFailure'> {
  toQueue(message: ToQueue): void
}

/** All topics that records were appended to, and what the cluster has said of them. */
export class Topics {
  readonly #deps: TopicsDeps
  readonly #topics = new Map<string, Topic>()
  #metadataFailure: KafkaError | null = null

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

  /** A topic that the queue speaks of. */
  known(name: string): Topic {
    const topic = this.#topics.get(name)
    if (topic !== undefined) return topic
    throw new KafkaError(
      'ILLEGAL_STATE',
      `the queue spoke of topic ${name}, which nobody has sent to`,
    )
  }

  learn({ topics, failure }: MetadataMessage): void {
    this.#metadataFailure = failure === null ? null : restoreError(failure)
    for (const snapshot of topics) this.known(snapshot.name).learn(snapshot)
    this.#deps.line.advance()
  }
}
