import { zeroUuid } from '@sluice/protocol'

/** A service that deletes and creates topics all day must not cost memory all day. */
const mostIds = 8

interface KnownTopic {
  /** In the order in which the metadata named them. */
  readonly ids: string[]
  /** How often the topic was created again. */
  recreations: number
  /** The most partitions that the newest topic has had. A broker that lags behind may name fewer. */
  partitions: number
  /** The most partitions that a topic before it has had. */
  partitionsBefore: number
}

/** Which topics have had a name, one after the other: each topic that is created gets an id of its own (KIP-516). */
export class TopicIds {
  readonly #topics = new Map<string, KnownTopic>()
  readonly #shrunk = new Set<string>()

  /** How often the topic was created again since it is known. */
  recreations(topic: string): number {
    return this.#topics.get(topic)?.recreations ?? 0
  }

  /** Topics that have fewer partitions than a topic of the same name before them. */
  get shrunkTopics(): Iterable<string> {
    return this.#shrunk
  }

  /** How many partitions the newest topic of this name has. */
  partitions(topic: string): number {
    return this.#topics.get(topic)?.partitions ?? 0
  }

  /** Whether this is the newest id of the topic that is known. A broker that lags behind names an older one. */
  isNewest(topic: string, id: string): boolean {
    return this.#topics.get(topic)?.ids.at(-1) === id
  }

  /** Nothing is left of the topic that could be for one before. */
  forget(topic: string): void {
    this.#topics.delete(topic)
    this.#shrunk.delete(topic)
  }

  /** The metadata names this id, with so many partitions. @returns whether the topic was created again */
  learn(topic: string, id: string, partitions: number): boolean {
    if (id === zeroUuid) return false
    const known = this.#topics.get(topic)
    if (known === undefined) {
      this.#topics.set(topic, { ids: [id], recreations: 0, partitions, partitionsBefore: 0 })
      return false
    }
    if (this.isNewest(topic, id)) known.partitions = Math.max(known.partitions, partitions)
    // No id is ever used again: a broker that names a former one lags behind.
    const isNew = !known.ids.includes(id)
    if (isNew) begin(known, id, partitions)
    if (known.partitions < known.partitionsBefore) this.#shrunk.add(topic)
    else this.#shrunk.delete(topic)
    return isNew
  }
}

function begin(known: KnownTopic, id: string, partitions: number): void {
  if (known.ids.push(id) > mostIds) known.ids.shift()
  known.recreations++
  known.partitionsBefore = Math.max(known.partitionsBefore, known.partitions)
  known.partitions = partitions
}
