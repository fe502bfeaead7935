import { zeroUuid } from '@sluice/protocol'

/** A service that deletes and creates topics all day must not cost memory all day. */
const mostIds = 8

interface KnownTopic {
  /** In the order in which the metadata named them. */
  readonly ids: string[]
  /** How often the topic was created again. */
  recreations: number
}

/** Which topics have had a name, one after the other: each topic that is created gets an id of its own (KIP-516). */
export class TopicIds {
  readonly #topics = new Map<string, KnownTopic>()
  readonly #recreated = new Set<string>()

  /** How often the topic was created again since it is known. */
  recreations(topic: string): number {
    return this.#topics.get(topic)?.recreations ?? 0
  }

  /** Topics that were created again at least once. */
  get recreatedTopics(): Iterable<string> {
    return this.#recreated
  }

  /** Whether this is the newest id of the topic that is known. A broker that lags behind names an older one. */
  isNewest(topic: string, id: string): boolean {
    return this.#topics.get(topic)?.ids.at(-1) === id
  }

  /** The metadata names this id. @returns whether the topic was created again */
  learn(topic: string, id: string): boolean {
    if (id === zeroUuid) return false
    const known = this.#topics.get(topic)
    if (known === undefined) {
      this.#topics.set(topic, { ids: [id], recreations: 0 })
      return false
    }
    // No id is ever used again: a broker that names a former one lags behind.
    if (known.ids.includes(id)) return false
    if (known.ids.push(id) > mostIds) known.ids.shift()
    known.recreations++
    this.#recreated.add(topic)
    return true
  }
}
