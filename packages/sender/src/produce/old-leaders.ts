import type { NetworkClient } from '@sluice/network'
import type { TopicIncarnations } from '../topics/topic-ids.js'
import type { SentRequest } from './outcomes.js'

/** How long a leader may stay silent once the cluster names another. */
const maxSilenceMs = 2_000

/**
 * Nothing goes to a new leader before the old one has answered or its connection is closed. So an old leader that says
 * nothing any more would hold up its partitions until its requests time out: its connection is closed before.
 */
export class SupersededLeaders {
  readonly #network: NetworkClient
  readonly #incarnations: TopicIncarnations
  /** Unanswered, with the connection they went to. */
  readonly #requests = new Map<SentRequest, number>()
  #version = -1

  constructor(network: NetworkClient, incarnations: TopicIncarnations) {
    this.#network = network
    this.#incarnations = incarnations
  }

  sent(request: SentRequest): void {
    this.#requests.set(request, this.#network.connectionId(request.node))
  }

  answered(request: SentRequest): void {
    this.#requests.delete(request)
  }

  /** Costs nothing while the metadata stays the same. */
  look(): void {
    const { version } = this.#network.metadata
    if (version === this.#version) return
    this.#version = version
    for (const [request, connection] of this.#requests) {
      const reason = this.#newsOf(request)
      if (reason !== null) this.#network.closeIfSilent(connection, maxSilenceMs, reason)
    }
  }

  #newsOf({ node, batches, keys }: SentRequest): string | null {
    const { metadata } = this.#network
    for (const { id, topic, partition } of batches) {
      const { leaderEpoch, incarnation } = keys.get(id)!
      // Its epochs have begun anew, perhaps at the same node.
      if (this.#incarnations.of(topic) > incarnation) return `topic ${topic} was created again`
      const leader = metadata.leader(topic, partition)
      if (leader !== null && (leader.node !== node || leader.epoch > leaderEpoch))
        return `the cluster names a newer leader for a partition of topic ${topic}`
    }
    return null
  }
}
