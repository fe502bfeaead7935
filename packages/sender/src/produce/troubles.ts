import type { QueueBatch } from '@sluice/accumulator'
import type { NetworkClient } from '@sluice/network'
import { KafkaError, printable } from '@sluice/protocol'

/**
 * Why batches are not acknowledged, as far as their leaders' brokers tell. The most frequent trouble is a broker that
 * cannot be reached at the address that it advertises. For one pass over the batches: each broker is asked once.
 */
export class Troubles {
  readonly #network: NetworkClient
  readonly #ofNode = new Map<number, KafkaError | null>()

  constructor(network: NetworkClient) {
    this.#network = network
  }

  /** What ails the leader of the batch's partition; null where nothing is known to. */
  of({ topic, partition }: QueueBatch): KafkaError | null {
    const leader = this.#network.metadata.leader(topic, partition)
    if (leader === null) return this.#leaderless(topic, partition)
    const known = this.#ofNode.get(leader.node)
    if (known !== undefined) return known
    const trouble = this.#network.nodeFailure?.(leader.node) ?? null
    this.#ofNode.set(leader.node, trouble)
    return trouble
  }

  #leaderless(topic: string, partition: number): KafkaError | null {
    if (this.#network.metadata.topic(topic)?.partitions[partition] === undefined) return null
    const detail = `partition ${partition} of ${printable(topic)} has no leader at the moment`
    return new KafkaError('LEADER_NOT_AVAILABLE', detail, { topic, partition })
  }
}
