import { randomUUID } from 'node:crypto'
import { PartitionLog } from './partition-log.js'

/** One partition: who leads it, since when, and its log. */
export interface Partition {
  readonly index: number
  leader: number
  leaderEpoch: number
  readonly log: PartitionLog
}

/** One topic. A topic deleted and created again is another one, with an id of its own. */
export interface Topic {
  readonly id: string
  readonly name: string
  readonly partitions: readonly Partition[]
}

/** The topics of a cluster, by name and by id. */
export class Topics {
  readonly #brokers: number
  readonly #byName = new Map<string, Topic>()
  readonly #byId = new Map<string, Topic>()

  /** @param brokers - how many nodes the partitions are spread over */
  constructor(brokers: number) {
    this.#brokers = brokers
  }

  named(name: string): Topic | undefined {
    return this.#byName.get(name)
  }

  withId(id: string): Topic | undefined {
    return this.#byId.get(id)
  }

  all(): Topic[] {
    return [...this.#byName.values()]
  }

  /** Round robin over the nodes; each topic begins at the next one, so that small topics spread too. */
  create(name: string, partitionCount: number): Topic {
    const first = this.#byName.size
    const partitions = Array.from({ length: partitionCount }, (_, index) => ({
      index,
      leader: (first + index) % this.#brokers,
      leaderEpoch: 0,
      log: new PartitionLog(),
    }))
    const topic = { id: randomUUID(), name, partitions }
    this.#byName.set(name, topic)
    this.#byId.set(topic.id, topic)
    return topic
  }
}
