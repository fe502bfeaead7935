import type { AccumulatorQueue, QueueBatch } from '@sluice/accumulator'
import type { ClusterMetadata } from '@sluice/network'
import { type KafkaError, printable } from '@sluice/protocol'
import type { ResolvedSenderOptions } from '../options.js'
import type { Partitions } from '../partition/partitions.js'
import { previousTopicIds } from '../partition/queries.js'
import type { SenderRuntime } from '../runtime.js'
import { partitionsGone, topicRecreated, topicReturned } from './errors.js'
import type { TopicIds } from './topic-ids.js'

export interface RecreatedTopicsDeps {
  readonly queue: AccumulatorQueue
  readonly metadata: ClusterMetadata
  readonly partitions: Partitions
  readonly topicIds: TopicIds
  readonly options: ResolvedSenderOptions
  readonly runtime: SenderRuntime
}

export interface RecreatedTopicsEvents {
  /** The topic is another one now: its partitions are to be told. */
  recreated(topic: string): void
  /** The batch, which is no longer in the queue, fails for this reason. */
  failed(batch: QueueBatch, reason: KafkaError): void
}

/** What becomes of batches whose topic was deleted and created again: they move to the new topic, or fail at once. */
export class RecreatedTopics {
  readonly #deps: RecreatedTopicsDeps
  readonly #events: RecreatedTopicsEvents

  constructor(deps: RecreatedTopicsDeps, events: RecreatedTopicsEvents) {
    this.#deps = deps
    this.#events = events
  }

  recreated(topic: string): void {
    const { queue, options, runtime } = this.#deps
    runtime.logger.warn(`Topic ${printable(topic)} was deleted and created again.`)
    this.#events.recreated(topic)
    if (options.onTopicRecreated === 'fail')
      this.#fail(queue.take({ topic }), topicRecreated(topic))
  }

  /** Fails what is queued for partitions that a topic had before it was created again, and will not get. */
  failLostPartitions(): void {
    const { queue, metadata, topicIds } = this.#deps
    for (const topic of topicIds.shrunkTopics) {
      const now = metadata.topic(topic)
      if (now === undefined || now.error !== null || !topicIds.isNewest(topic, now.id)) continue
      const left = topicIds.partitions(topic)
      this.#fail(queue.take({ topic, fromPartition: left }), partitionsGone(topic, left))
    }
  }

  /**
   * Where a former topic is named again, one of the two names came from a broker that lags behind. A batch that may be in the
   * log of that topic would be written there twice under the sequence it has by now: it fails. Without sequences nothing
   * keeps a batch from being written twice, and it goes.
   * @returns those that fail, for `failReturned`
   */
  returned(batches: readonly QueueBatch[]): ReadonlySet<QueueBatch> {
    const returned = new Set<QueueBatch>()
    if (!this.#deps.options.idempotent) return returned
    for (const batch of batches) if (this.#wasSentToPreviousTopic(batch)) returned.add(batch)
    return returned
  }

  failReturned(batches: Iterable<QueueBatch>): void {
    for (const batch of batches) this.#events.failed(batch, topicReturned(batch.topic))
  }

  /** Whether the topic that the metadata names is one before the newest, and may have this batch. */
  #wasSentToPreviousTopic(batch: QueueBatch): boolean {
    const { metadata, partitions } = this.#deps
    const { window } = partitions.of(batch)
    const sent = window.find(batch)
    const id = metadata.topic(batch.topic)?.id
    return sent !== undefined && id !== undefined && previousTopicIds(window, sent).includes(id)
  }

  #fail(batches: readonly QueueBatch[], reason: KafkaError): void {
    for (const batch of batches) this.#events.failed(batch, reason)
  }
}
