import {
  kafkajsLegacyPartitioner,
  type Partitioner,
  roundRobinPartitioner,
} from '@sluice/partitioner'
import { KafkaError, type PartitionMetadata as Known } from '@sluice/protocol'
import type { ICustomPartitioner, Message, PartitionMetadata } from 'kafkajs-original'
import { Partitioners } from '../original/constants.js'

/** LEADER_NOT_AVAILABLE, as a broker says it of a partition without a leader. */
const leaderNotAvailable = 5

type Choose = ReturnType<ICustomPartitioner>

/** Chooses the partitions of messages: by the program's own function here, by an equal one of ours in the producer. */
export class Placement {
  /** Places what `place` leaves open. */
  readonly partitioner: Partitioner
  readonly #choose: Choose | null
  /** What the program's function was given of a topic, until its metadata changes. */
  readonly #told = new WeakMap<readonly Known[], PartitionMetadata[]>()

  constructor(create: ICustomPartitioner | undefined) {
    this.partitioner =
      create === Partitioners.LegacyPartitioner
        ? kafkajsLegacyPartitioner()
        : roundRobinPartitioner()
    const isKnown = create === undefined || Object.values(Partitioners).includes(create)
    this.#choose = isKnown ? null : create()
  }

  /**
   * The partition of a message; undefined where the producer chooses. It is chosen once: a retry never asks again.
   *
   * @throws KafkaError INVALID_PARTITION; and what the program's function throws
   */
  place(topic: string, message: Message, partitions: readonly Known[]): number | undefined {
    const chosen =
      this.#choose === null
        ? (message.partition ?? undefined)
        : this.#choose({ topic, partitionMetadata: this.#tell(partitions), message })
    if (chosen === undefined && this.#choose === null) return undefined
    if (Number.isInteger(chosen) && partitions[chosen!] !== undefined) return chosen
    throw new KafkaError(
      'INVALID_PARTITION',
      `partition ${chosen} of topic ${topic} does not exist: it has ${partitions.length}, numbered from 0`,
      { topic, persisted: 'no' },
    )
  }

  #tell(partitions: readonly Known[]): PartitionMetadata[] {
    let told = this.#told.get(partitions)
    if (told === undefined) this.#told.set(partitions, (told = partitions.map(toldOf)))
    return told
  }
}

function toldOf({ partition, leader, replicas, inSyncReplicas }: Known): PartitionMetadata {
  return {
    partitionErrorCode: leader === null ? leaderNotAvailable : 0,
    partitionId: partition,
    leader: leader ?? -1,
    replicas: [...replicas],
    isr: [...inSyncReplicas],
    offlineReplicas: [],
  }
}
