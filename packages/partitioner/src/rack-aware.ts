import { KafkaError } from '@sluice/protocol'
import type { PartitionInput, Partitioner, TopicPartitioner, TopicView } from './partitioner.js'

/** What {@link rackAware} can be told. */
export interface RackAwareOptions {
  /** Where this producer runs, named as in `broker.rack` (`client.rack` of the Java client). */
  readonly rack: string
}

/**
 * Keeps records without a key in the producer's own rack, or availability zone (KIP-1123): of the partitions with a
 * leader, `partitioner` sees only those whose leader is in `rack`, or all of them while there are none, or while the
 * racks are not known. That saves the traffic between zones.
 *
 * Keys stay where they are, since they hash over all partitions.
 *
 * @throws KafkaError INVALID_OPTION when `rack` is not a text of one character or more.
 */
export function rackAware(partitioner: Partitioner, options: RackAwareOptions): Partitioner {
  const { rack } = options
  if (typeof rack !== 'string' || rack === '')
    throw new KafkaError('INVALID_OPTION', 'rack must be the name of a rack, not an empty text')
  return { forTopic: (topic) => new RackAwareChooser(partitioner.forTopic(topic), rack) }
}

class RackAwareChooser implements TopicPartitioner {
  readonly onAppend?: TopicPartitioner['onAppend']
  readonly #chooser: TopicPartitioner
  readonly #view: RackView

  constructor(chooser: TopicPartitioner, rack: string) {
    this.#chooser = chooser
    this.#view = new RackView(rack)
    this.onAppend = chooser.onAppend?.bind(chooser)
  }

  partition(input: PartitionInput, topic: TopicView): number {
    this.#view.topic = topic
    return this.#chooser.partition(input, this.#view)
  }
}

/** A topic as it looks from a rack. */
class RackView implements TopicView {
  topic!: TopicView
  readonly #rack: string
  /** The list that `#local` was taken from. */
  #all: readonly number[] = []
  #local: readonly number[] = []

  constructor(rack: string) {
    this.#rack = rack
  }

  get partitionCount(): number {
    return this.topic.partitionCount
  }

  /** Read for each record, so the racks are looked up once a list. */
  get available(): readonly number[] {
    const { available } = this.topic
    if (available !== this.#all) {
      this.#all = available
      this.#local = this.#localOf(available)
    }
    return this.#local
  }

  get batchBytes(): number {
    return this.topic.batchBytes
  }

  queuedBatches(partition: number): number {
    return this.topic.queuedBatches(partition)
  }

  delayedMs(partition: number): number {
    return this.topic.delayedMs(partition)
  }

  leaderRack(partition: number): string | undefined {
    return this.topic.leaderRack?.(partition)
  }

  #localOf(available: readonly number[]): readonly number[] {
    const local = available.filter((partition) => this.leaderRack(partition) === this.#rack)
    return local.length > 0 ? local : available
  }
}
