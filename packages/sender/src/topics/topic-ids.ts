import type { ClusterMetadata } from '@sluice/network'
import { zeroUuid } from '@sluice/protocol'

/** Whoever deletes and creates topics all day must not cost memory all day. */
const mostIds = 8

interface Known {
  /** In the order in which we heard of them. */
  readonly ids: string[]
  /** How often the topic was created again. */
  count: number
}

/** Which topics have borne a name, one after the other: each that is created has an id of its own (KIP-516). */
export class TopicIncarnations {
  readonly #metadata: ClusterMetadata
  readonly #topics = new Map<string, Known>()

  constructor(metadata: ClusterMetadata) {
    this.#metadata = metadata
  }

  /** How often the topic was created again since we know it. */
  of(topic: string): number {
    return this.#topics.get(topic)?.count ?? 0
  }

  /** @returns whether the topic was another one before */
  learn(topic: string, id: string): boolean {
    if (id === zeroUuid) return false
    const known = this.#topics.get(topic)
    if (known === undefined) {
      this.#topics.set(topic, { ids: [id], count: 0 })
      return false
    }
    // No id is ever used again: a broker that names a former one lags behind.
    if (known.ids.includes(id)) return false
    if (known.ids.push(id) > mostIds) known.ids.shift()
    known.count++
    return true
  }

  /** Whether the topic lacks this partition and will not get it: it had it before it was created again. */
  lacks(topic: string, partition: number): boolean {
    const now = this.#metadata.topic(topic)
    if (now === undefined || now.error !== null || partition < now.partitions.length) return false
    return this.#topics.get(topic)?.ids.at(-1) === now.id
  }
}
