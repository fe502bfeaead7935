import type { Partition } from '../partition/partition.js'
import type { Topics } from './topics.js'

/** What a coordinator looks after. */
export type CoordinatorKind = 'group' | 'transaction'

/** The internal topics, whose leaders are the coordinators. */
export const internalTopics = {
  group: '__consumer_offsets',
  transaction: '__transaction_state',
} as const

/** Kafka's `offsets.topic.num.partitions` and `transaction.state.log.num.partitions`. */
const partitionCount = 50

/**
 * Which broker is the coordinator of a group or of a transactional id. As in Kafka, the hash of the name gives a partition
 * of an internal topic, and the leader of this partition is the coordinator. The topics are apart from those of clients, and hold no records.
 */
export class CoordinatorPlaces {
  readonly #topics: Topics
  readonly #replicationFactor: number

  constructor(topics: Topics, replicationFactor: number) {
    this.#topics = topics
    this.#replicationFactor = replicationFactor
  }

  /** The number of the partition that a name falls into. */
  partitionOf(name: string): number {
    return Math.abs(javaHash(name)) % partitionCount
  }

  /** The node id of the coordinator, −1 where no broker is it. */
  coordinatorOf(kind: CoordinatorKind, name: string): number {
    return this.#partition(kind, name).leader
  }

  /** Makes another broker the coordinator; −1 for none. */
  move(kind: CoordinatorKind, name: string, node: number): void {
    const partition = this.#partition(kind, name)
    if (partition.leader !== node) partition.moveLeader(node)
  }

  #partition(kind: CoordinatorKind, name: string): Partition {
    const topic = this.#topics.named(internalTopics[kind]) ?? this.#create(internalTopics[kind])
    return topic.partitions[this.partitionOf(name)]!
  }

  #create(name: string): ReturnType<Topics['create']> {
    return this.#topics.create(name, {
      partitions: partitionCount,
      replicationFactor: this.#replicationFactor,
      minInsyncReplicas: 1,
      maxMessageBytes: 1_048_588,
    })
  }
}

/** `String.hashCode` of Java. */
function javaHash(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0
  }
  // The lowest number has no positive counterpart.
  return hash === -0x80000000 ? 0 : hash
}
