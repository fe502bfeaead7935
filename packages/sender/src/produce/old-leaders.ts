import type { NetworkClient } from '@sluice/network'
import type { SentBatch } from '../partition/sent-batch.js'
import type { TopicIds } from '../topics/topic-ids.js'
import type { SentRequest } from './request.js'

/** How long a leader may stay silent once the cluster names another one. */
const maxSilenceMs = 2_000

/**
 * Nothing goes to a new leader before the old leader has answered or its connection is closed. So an old leader that is silent
 * would hold up its partitions until its requests time out: its connection is closed before that.
 */
export class OldLeaders {
  readonly #network: NetworkClient
  readonly #topicIds: TopicIds
  readonly #unanswered = new Set<SentRequest>()
  #version = -1

  constructor(network: NetworkClient, topicIds: TopicIds) {
    this.#network = network
    this.#topicIds = topicIds
  }

  sent(request: SentRequest): void {
    this.#unanswered.add(request)
  }

  answered(request: SentRequest): void {
    this.#unanswered.delete(request)
  }

  /** Costs nothing while the metadata stays the same. */
  look(): void {
    const { version } = this.#network.metadata
    if (version === this.#version) return
    this.#version = version
    for (const { batches } of this.#unanswered) this.#limit(batches)
  }

  /** All batches of a request went to one connection. */
  #limit(batches: readonly SentBatch[]): void {
    for (const sent of batches) {
      const reason = this.#newsOf(sent)
      if (reason === null) continue
      this.#network.closeIfSilent(sent.attempt.connection, maxSilenceMs, reason)
      return
    }
  }

  #newsOf({ batch: { topic, partition }, attempt }: SentBatch): string | null {
    // The new topic's leader epochs have begun anew, perhaps at the same broker.
    if (this.#topicIds.recreations(topic) > attempt.recreations)
      return `topic ${topic} was created again`
    const leader = this.#network.metadata.leader(topic, partition)
    if (leader !== null && (leader.node !== attempt.node || leader.epoch > attempt.leaderEpoch))
      return `the cluster names a newer leader for a partition of topic ${topic}`
    return null
  }
}
