import type { AccumulatorQueue, Leader, QueuedBatch } from '@sluice/accumulator'
import type { ClusterMetadata } from '@sluice/network'
import { type KafkaError, printable } from '@sluice/protocol'
import { inOrderOfAppend } from '../batch-order.js'
import type { ResolvedSenderOptions } from '../options.js'
import { partitionsGone, refusal, topicRecreated, topicReturned } from '../produce/errors.js'
import type { Outcomes } from '../produce/outcomes.js'
import type { SenderRuntime } from '../runtime.js'
import type { MetadataRelay } from './metadata-feed.js'
import type { TopicIncarnations } from './topic-ids.js'

export interface LostTopicsParts {
  readonly queue: AccumulatorQueue
  readonly metadata: ClusterMetadata
  readonly relay: MetadataRelay
  readonly incarnations: TopicIncarnations
  readonly outcomes: Outcomes
  readonly options: ResolvedSenderOptions
  readonly runtime: SenderRuntime
}

/** What is queued for a topic that is refused, or another one by now: it fails at once, or moves to the new one. */
export class LostTopics {
  readonly #parts: LostTopicsParts
  /** By topic, how many partitions are left. */
  readonly #smaller = new Map<string, number>()

  constructor(parts: LostTopicsParts) {
    this.#parts = parts
  }

  /** Once the relay has run. */
  look(): void {
    const { relay } = this.#parts
    for (const topic of relay.takeRecreated()) this.#recreated(topic)
    for (const [topic, refused] of relay.refusals) this.#fail(topic, refused)
  }

  /** Remembers partitions that will never be led, for `failGone`. */
  leaderOf(topic: string, partition: number): Leader | null {
    const { metadata, incarnations } = this.#parts
    const leader = metadata.leader(topic, partition)
    if (leader === null && incarnations.lacks(topic, partition))
      this.#smaller.set(topic, metadata.topic(topic)!.partitions.length)
    return leader
  }

  failGone(): void {
    for (const [topic, left] of this.#smaller) this.#fail(topic, partitionsGone(topic, left), left)
    this.#smaller.clear()
  }

  /**
   * Where a former topic is named again, one of the two came from a broker that lags behind. What may be in the log
   * of that topic would be written there twice under the number it has by now: it is given up. Without numbers nothing
   * keeps a batch from being written twice, and it goes.
   * @returns the others
   */
  withoutReturned(batches: readonly QueuedBatch[]): readonly QueuedBatch[] {
    const { metadata, options, outcomes } = this.#parts
    if (!options.idempotent) return batches
    return batches.filter((batch) => {
      const { topic, attempt } = batch
      if (!attempt.oldLogs.includes(metadata.topic(topic)?.id ?? '')) return true
      outcomes.giveUp(batch, refusal(batch, topicReturned(topic)))
      return false
    })
  }

  #recreated(topic: string): void {
    const { outcomes, options, runtime } = this.#parts
    runtime.logger.warn(`Topic ${printable(topic)} was deleted and created again.`)
    outcomes.recreated(topic)
    if (options.onTopicRecreated === 'fail') this.#fail(topic, topicRecreated(topic))
  }

  #fail(topic: string, no: KafkaError, from?: number): void {
    const { queue, outcomes } = this.#parts
    for (const batch of queue.takeTopic(topic, from).sort(inOrderOfAppend))
      outcomes.giveUp(batch, refusal(batch, no))
  }
}
