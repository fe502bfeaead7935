import type { Delivery, TopicFront } from '@sluice/accumulator'
import type { PartitionInput, TopicPartitioner, TopicView } from '@sluice/partitioner'
import {
  type FlatHeaders,
  KafkaError,
  type PartitionMetadata,
  type ProducerRecord,
} from '@sluice/protocol'
import type { KeyBytes } from './key-bytes.js'

/** Everything mutable of one record on its way into a batch: one object for all records, filled anew for each. */
interface Slip extends PartitionInput {
  keyBytes: Uint8Array | null
  record: ProducerRecord
  partition: number
  key: string | Uint8Array | null
  value: string | Uint8Array | null
  headers: FlatHeaders | null
  timestamp: number
}

/** Takes the records of one topic: chooses the partition, appends. What the partitioner sees of the topic. */
export class TopicIntake implements TopicView {
  readonly front: TopicFront
  readonly batchBytes: number
  readonly #name: string
  readonly #partitioner: TopicPartitioner
  readonly #keyBytes: KeyBytes
  #partitions: readonly PartitionMetadata[] = []
  #available: readonly number[] = []
  readonly #slip: Slip

  constructor(
    name: string,
    front: TopicFront,
    partitioner: TopicPartitioner,
    batchBytes: number,
    keyBytes: KeyBytes,
  ) {
    this.#name = name
    this.front = front
    this.batchBytes = batchBytes
    this.#partitioner = partitioner
    this.#keyBytes = keyBytes
    const record = { topic: name, value: null }
    this.#slip = {
      keyBytes: null,
      record,
      partition: 0,
      key: null,
      value: null,
      headers: null,
      timestamp: 0,
    }
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

  /**
   * Appends the record to its partition's open batch, without a wait between choosing and appending.
   * @returns false when there is no room
   * @throws KafkaError INVALID_PARTITION, PARTITIONER_FAILED
   */
  append(
    record: ProducerRecord,
    headers: FlatHeaders | null,
    timestamp: number,
    delivery: Delivery,
    a: unknown,
    b: unknown,
  ): boolean {
    const slip = this.#slip
    const chosen = record.partition === undefined
    slip.record = record
    slip.value = record.value
    slip.headers = headers
    slip.timestamp = timestamp
    // Bytes that the partitioner needed are not encoded a second time.
    slip.keyBytes = chosen ? this.#keyBytes.of(record.key) : null
    slip.key = chosen ? slip.keyBytes : (record.key ?? null)
    slip.partition = chosen ? this.#choose(slip) : this.#check(record.partition)
    const bytes = this.front.append(slip, delivery, a, b)
    if (bytes < 0) return false
    if (chosen)
      this.#partitioner.onAppend?.(slip.partition, bytes, this.front.tailOpen(slip.partition))
    return true
  }

  #choose(input: PartitionInput): number {
    try {
      return this.#check(this.#partitioner.partition(input, this))
    } catch (cause) {
      if (cause instanceof KafkaError) throw cause
      throw new KafkaError('PARTITIONER_FAILED', `the partitioner threw for topic ${this.#name}`, {
        cause,
        topic: this.#name,
        persisted: 'no',
      })
    }
  }

  #check(partition: number | undefined): number {
    if (Number.isInteger(partition) && partition! >= 0 && partition! < this.partitionCount)
      return partition!
    const detail = `partition ${String(partition)} of topic ${this.#name} does not exist: it has ${this.partitionCount}, numbered from 0`
    throw new KafkaError('INVALID_PARTITION', detail, { topic: this.#name, persisted: 'no' })
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
