import type { TopicPartition } from '@sluice/protocol'

type Partitions = Map<string, Set<number>>

/** What belongs to the open transaction: its partitions, and the consumer groups whose offsets it carries. */
export class Enrolment {
  #partitions: Partitions = new Map()
  #wanted: Partitions = new Map()
  readonly #groups = new Set<string>()
  /** When the coordinator may have heard of the transaction first, in monotonic ms; Infinity while it has not. */
  #since = Infinity
  /** Whether an end that was asked for may have come about, or may yet, although nobody has said so. */
  mayHaveEnded = false

  get since(): number {
    return this.#since
  }

  /** Whether no broker has heard of the transaction. Then there is nothing to end. */
  get isEmpty(): boolean {
    return this.#since === Infinity
  }

  /** Whether a coordinator has said that it has added something. */
  get isAdded(): boolean {
    return this.#partitions.size > 0 || this.#groups.size > 0
  }

  has({ topic, partition }: TopicPartition): boolean {
    return this.#partitions.get(topic)?.has(partition) === true
  }

  hasTopic(topic: string): boolean {
    return this.#partitions.has(topic)
  }

  hasGroup(group: string): boolean {
    return this.#groups.has(group)
  }

  add(of: TopicPartition): void {
    addTo(this.#partitions, of)
  }

  addGroup(group: string): void {
    this.#groups.add(group)
  }

  /** A broker is being told of the transaction. */
  tell(now: number): void {
    this.#since = Math.min(this.#since, now)
  }

  /** A batch waits until the coordinator has added its partition. */
  want(of: TopicPartition): void {
    addTo(this.#wanted, of)
  }

  /** The partitions that batches have waited for since the last call; null for none. */
  takeWanted(): ReadonlyMap<string, ReadonlySet<number>> | null {
    if (this.#wanted.size === 0) return null
    const wanted: Partitions = new Map()
    for (const [topic, ofTopic] of this.#wanted)
      for (const partition of ofTopic)
        // It may have been added since it was asked for.
        if (!this.has({ topic, partition })) addTo(wanted, { topic, partition })
    this.#wanted = new Map()
    return wanted.size === 0 ? null : wanted
  }

  addAll(partitions: ReadonlyMap<string, ReadonlySet<number>>): void {
    for (const [topic, ofTopic] of partitions)
      for (const partition of ofTopic) this.add({ topic, partition })
  }

  clear(): void {
    this.#partitions = new Map()
    this.#wanted = new Map()
    this.#groups.clear()
    this.#since = Infinity
    this.mayHaveEnded = false
  }
}

function addTo(partitions: Partitions, { topic, partition }: TopicPartition): void {
  const ofTopic = partitions.get(topic)
  if (ofTopic === undefined) partitions.set(topic, new Set([partition]))
  else ofTopic.add(partition)
}
