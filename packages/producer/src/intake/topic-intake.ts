import type { TopicFront } from '@sluice/accumulator'
import type { PartitionInput, TopicPartitioner, TopicView } from '@sluice/partitioner'
import { KafkaError, type PartitionMetadata, printableThrown } from '@sluice/protocol'
import { shown } from '../invalid.js'
import type { Logger } from '../runtime.js'
import type { KeyBytes } from './key-encoder.js'
import type { Slip, SlipTopic } from './pending-record.js'

/** What all topics share. */
export interface TopicIntakeHost {
  readonly keyBytes: KeyBytes
  readonly logger: Logger
}

/** Takes the records of one topic: chooses the partition, appends. What the partitioner sees of the topic. */
export class TopicIntake implements TopicView, SlipTopic {
  readonly name: string
  readonly front: TopicFront
  readonly #partitioner: TopicPartitioner
  readonly #host: TopicIntakeHost
  #partitions: readonly PartitionMetadata[] = []
  #available: readonly number[] = []
  #onAppendThrew = false

  constructor(
    name: string,
    front: TopicFront,
    partitioner: TopicPartitioner,
    host: TopicIntakeHost,
  ) {
    this.name = name
    this.front = front
    this.#partitioner = partitioner
    this.#host = host
  }

  get batchBytes(): number {
    return this.front.batchBytes
  }

  get partitionCount(): number {
    this.#look()
    return this.#partitions.length
  }

  get available(): readonly number[] {
    this.#look()
    return this.#available
  }

  queuedBatches(partition: number): number {
    return this.front.queuedBatches(partition)
  }

  delayedMs(partition: number): number {
    return this.front.delayedMs(partition)
  }

  leaderRack(partition: number): string | undefined {
    this.#look()
    return this.#partitions[partition]?.leaderRack
  }

  /**
   * Appends the record to its partition's open batch, without a wait between choosing and appending.
   * @returns false when there is no room
   * @throws KafkaError INVALID_PARTITION, PARTITIONER_FAILED
   */
  append(slip: Slip): boolean {
    if (slip.named === undefined) return this.#appendChosen(slip)
    slip.partition = this.#check(slip.named)
    return this.front.append(slip, slip.delivery, slip.a, slip.b) >= 0
  }

  #appendChosen(slip: Slip): boolean {
    const { keyBytes } = this.#host
    slip.keyBytes = keyBytes.borrow(slip.givenKey)
    try {
      slip.partition = this.#choose(slip)
      const bytes = this.front.append(slip, slip.delivery, slip.a, slip.b)
      if (bytes < 0) return false
      this.#tellAppended(slip.partition, bytes)
      return true
    } finally {
      slip.keyBytes = null
      keyBytes.giveBack()
    }
  }

  #choose(input: PartitionInput): number {
    try {
      return this.#check(this.#partitioner.partition(input, this))
    } catch (cause) {
      if (cause instanceof KafkaError) throw cause
      throw new KafkaError('PARTITIONER_FAILED', `the partitioner threw for topic ${this.name}`, {
        cause,
        topic: this.name,
        persisted: 'no',
      })
    }
  }

  /** The record is in its batch by now: what the partitioner throws must not touch it. Logged once a topic. */
  #tellAppended(partition: number, bytes: number): void {
    if (this.#partitioner.onAppend === undefined) return
    try {
      this.#partitioner.onAppend(partition, bytes, this.front.tailOpen(partition))
    } catch (thrown) {
      if (this.#onAppendThrew) return
      this.#onAppendThrew = true
      this.#host.logger.error(
        `onAppend of the partitioner threw for topic ${this.name}: ${printableThrown(thrown)}`,
      )
    }
  }

  #check(partition: number): number {
    if (Number.isInteger(partition) && partition >= 0 && partition < this.partitionCount)
      return partition
    const detail = `partition ${shown(partition)} of topic ${this.name} does not exist: it has ${this.partitionCount}, numbered from 0`
    throw new KafkaError('INVALID_PARTITION', detail, { topic: this.name, persisted: 'no' })
  }

  /** Derived from the snapshot, once a snapshot. */
  #look(): void {
    const partitions = this.front.snapshot?.partitions ?? []
    if (partitions === this.#partitions) return
    this.#partitions = partitions
    const led = partitions.filter(({ leader }) => leader !== null)
    this.#available = (led.length > 0 ? led : partitions).map(({ partition }) => partition)
  }
}
