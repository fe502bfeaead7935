import { KafkaError, optionsOf } from '@sluice/protocol'
import { partitionerOption } from './option-checks.js'
import type { PartitionInput, Partitioner, TopicPartitioner, TopicView } from './partitioner.js'

/** The options of {@link rackAware}. */
export interface RackAwareOptions {
  /** The rack, or availability zone, where this producer runs, named as in `broker.rack` (`client.rack` of the Java client). */
  readonly rack: string
}

/**
 * Keeps records without a key in the rack, or availability zone, of the producer (KIP-1123), which saves traffic between
 * zones. Of the partitions with a leader, `partitioner` sees only those whose leader is in `rack`. It sees all of them
 * while there is none in `rack`, and while the racks are not known.
 *
 * Keys stay where they are, since they hash over all partitions.
 *
 * @param partitioner - chooses among the partitions that it sees
 * @throws KafkaError INVALID_OPTION when `rack` is not a text of one character or more
 */
export function rackAware(partitioner: Partitioner, options: RackAwareOptions): Partitioner {
  const { rack } = optionsOf('rackAware', options, ['rack'])
  partitionerOption('the partitioner of rackAware', partitioner)
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

/** A topic with only those available partitions that are led in one rack. */
class RackView implements TopicView {
  topic!: TopicView
  readonly #rack: string
  /** The array that `#local` was made from. */
  #all: readonly number[] = []
  #local: readonly number[] = []

  constructor(rack: string) {
    this.#rack = rack
  }

  get partitionCount(): number {
    return this.topic.partitionCount
  }

  /** Read for each record, so the racks are looked up only when the array has changed. */
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
