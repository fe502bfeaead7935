import type { KnownTopic, TopicFront, WaitingRecord } from '@sluice/accumulator'
import type { PartitionInput, TopicPartitioner, TopicView } from '@sluice/partitioner'
import { KafkaError, type PartitionMetadata, printableThrown } from '@sluice/protocol'
import { shown } from '../invalid.js'
import { hearRejection, isThenable } from '../returned-promise.js'
import type { Logger } from '../runtime.js'
import type { KeyEncoder } from './key-encoder.js'
import { PendingRecord, type TargetTopic } from './pending-record.js'

/** What all topics share. */
export interface TopicIntakeDeps {
  readonly keyEncoder: KeyEncoder
  readonly logger: Logger
}

/** Takes the records of one topic: chooses the partition and appends. It is also the partitioner's view of the topic. */
export class TopicIntake implements TopicView, TargetTopic {
  readonly name: string
  readonly front: TopicFront
  readonly #partitioner: TopicPartitioner
  readonly #deps: TopicIntakeDeps
  /** The last snapshot, its partitions, and those of them that records without a key may go to; null until they are asked for. */
  #snapshot: KnownTopic | undefined = undefined
  #partitions: readonly PartitionMetadata[] = []
  #available: readonly number[] | null = null
  #onAppendFailed = false

  constructor(
    name: string,
    front: TopicFront,
    partitioner: TopicPartitioner,
    deps: TopicIntakeDeps,
  ) {
    this.name = name
    this.front = front
    this.#partitioner = partitioner
    this.#deps = deps
    Object.freeze(this)
  }

  get batchBytes(): number {
    return this.front.batchBytes
  }

  get partitionCount(): number {
    this.#readSnapshot()
    return this.#partitions.length
  }

  get available(): readonly number[] {
    this.#readSnapshot()
    // The partitioner gets the list itself.
    return (this.#available ??= Object.freeze(
      availableOf(this.#partitions, this.#snapshot?.heldBack),
    ))
  }

  queuedBatches(partition: number): number {
    return this.front.queuedBatches(partition)
  }

  delayedMs(partition: number): number {
    return this.front.delayedMs(partition)
  }

  leaderRack(partition: number): string | undefined {
    this.#readSnapshot()
    return this.#partitions[partition]?.leaderRack
  }

  /**
   * Appends the record to its partition's open batch, without a wait between choosing and appending.
   *
   * @returns false when there is no room
   * @throws KafkaError INVALID_PARTITION, PARTITIONER_FAILED
   */
  append(pending: PendingRecord): boolean {
    if (pending.givenPartition === undefined) return this.#appendChosen(pending)
    pending.partition = this.#checkPartition(pending.givenPartition)
    return this.front.append(pending, pending.delivery, pending.a, pending.b) >= 0
  }

  place(waited: WaitingRecord): boolean {
    return PendingRecord.waited(this, waited).append()
  }

  #appendChosen(pending: PendingRecord): boolean {
    const { keyEncoder } = this.#deps
    pending.keyBytes = keyEncoder.borrow(pending.givenKey)
    try {
      while (!this.#appendOnce(pending)) if (!this.#mayChooseAgain(pending)) return false
      return true
    } finally {
      pending.keyBytes = null
      keyEncoder.giveBack()
    }
  }

  #appendOnce(pending: PendingRecord): boolean {
    pending.partition = this.#choose(pending.input)
    const bytes = this.front.append(pending, pending.delivery, pending.a, pending.b)
    if (bytes < 0) return false
    this.#tellAppended(pending.partition, bytes)
    return true
  }

  /**
   * Whether the partition is held back only since this record asked, which another snapshot than that of the choice tells.
   * It is not available any more, so the partitioner may choose another one.
   */
  #mayChooseAgain({ partition }: PendingRecord): boolean {
    return this.front.snapshot !== this.#snapshot && this.front.isHeldBack?.(partition) === true
  }

  #choose(input: PartitionInput): number {
    try {
      const chosen: unknown = this.#partitioner.partition(input, this)
      if (typeof chosen !== 'number' && isThenable(chosen)) throw this.#promised(chosen)
      return this.#checkPartition(chosen as number)
    } catch (cause) {
      if (cause instanceof KafkaError) throw cause
      throw new KafkaError('PARTITIONER_FAILED', `the partitioner threw for topic ${this.name}`, {
        cause,
        topic: this.name,
        persisted: 'no',
      })
    }
  }

  /** The record is in its batch already, so an error of the partitioner must not touch it. Logged once for each topic. */
  #tellAppended(partition: number, bytes: number): void {
    if (this.#partitioner.onAppend === undefined) return
    try {
      const tailOpen = this.front.tailOpen(partition)
      const returned: unknown = this.#partitioner.onAppend(partition, bytes, tailOpen)
      if (returned !== undefined)
        hearRejection(returned, (reason) => this.#logOnAppend('failed', reason))
    } catch (thrown) {
      this.#logOnAppend('threw', thrown)
    }
  }

  #logOnAppend(how: 'threw' | 'failed', reason: unknown): void {
    if (this.#onAppendFailed) return
    this.#onAppendFailed = true
    this.#deps.logger.error(
      `onAppend of the partitioner ${how} for topic ${this.name}, which is logged once: ${printableThrown(reason)}`,
    )
  }

  /** Records are appended in the turn in which they are sent, so a partition that comes later comes too late. */
  #promised(chosen: PromiseLike<unknown>): KafkaError {
    // Its result is of no use any more, and its rejection must not end the process.
    hearRejection(chosen, () => {})
    const detail = `partition() of the partitioner gave a promise for topic ${this.name}; it must be synchronous: give the number itself, and look up before what takes time`
    return new KafkaError('PARTITIONER_FAILED', detail, { topic: this.name, persisted: 'no' })
  }

  #checkPartition(partition: number): number {
    if (Number.isInteger(partition) && partition >= 0 && partition < this.partitionCount)
      return partition
    const detail = `partition ${shown(partition)} of topic ${this.name} does not exist: it has ${this.partitionCount}, numbered from 0`
    throw new KafkaError('INVALID_PARTITION', detail, { topic: this.name, persisted: 'no' })
  }

  /** Takes another snapshot of the front. The list of those available is made when a partitioner asks for it. */
  #readSnapshot(): void {
    const { snapshot } = this.front
    if (snapshot === this.#snapshot) return
    this.#snapshot = snapshot
    this.#partitions = snapshot?.partitions ?? []
    this.#available = null
  }
}

/** The partitions with a leader, without those that get no memory now; all where that leaves none. */
function availableOf(
  partitions: readonly PartitionMetadata[],
  heldBack: ReadonlySet<number> | undefined,
): number[] {
  const led = partitions.filter(({ leader }) => leader !== null)
  const all = (led.length > 0 ? led : partitions).map(({ partition }) => partition)
  if (heldBack === undefined) return all
  const free = all.filter((partition) => !heldBack.has(partition))
  return free.length > 0 ? free : all
}
