import type { NetworkClient } from '@sluice/network'
import type { SentRequest } from './outcomes.js'

/** How long a leader may stay silent once the cluster names another. */
const maxSilenceMs = 2_000

/**
 * Nothing goes to a new leader before the old one has answered or its connection is closed. So an old leader that says
 * nothing any more would hold up its partitions until its requests time out: its connection is closed before.
 */
export class SupersededLeaders {
  readonly #network: NetworkClient
  /** Unanswered, with the connection they went to. */
  readonly #requests = new Map<SentRequest, number>()
  #version = -1

  constructor(network: NetworkClient) {
    this.#network = network
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
      const topic = this.#topicThatMoved(request)
      if (topic === undefined) continue
      const reason = `the cluster names a newer leader for a partition of topic ${topic}`
      this.#network.closeIfSilent(connection, maxSilenceMs, reason)
    }
  }

  #topicThatMoved({ node, batches, keys }: SentRequest): string | undefined {
    const { metadata } = this.#network
    const moved = batches.find(({ id, topic, partition }) => {
      const leader = metadata.leader(topic, partition)
      if (leader === null) return false
      return leader.node !== node || leader.epoch > keys.get(id)!.leaderEpoch
    })
    return moved?.topic
  }
}
