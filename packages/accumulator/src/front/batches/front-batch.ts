import { RecordBatchBuilder } from '@sluice/protocol'
import type { RecordToAppend } from '../../accumulator-front.js'
import type { Delivery } from '../../delivery.js'
import { type Link, LinkedList } from '../lists/linked-list.js'
import type { LeaderShare, SharingBatch, SharingPartition } from '../memory/shares.js'
import type { HoldablePartition, PartitionHolder } from '../waiting/held-back.js'
import type { ParkedRecords } from '../waiting/parked-records.js'
import type { BatchDeliveries } from './batch-deliveries.js'
import type { CompressionEstimate } from './compression-estimate.js'

/**
 * A batch as the front knows it: it takes records while it is open, and keeps their deliveries until all of them have
 * settled. Its bytes belong to the queue from sealing until the queue releases them.
 */
export class FrontBatch implements SharingBatch {
  readonly id: number
  readonly partition: PartitionFront
  readonly leader: LeaderShare
  /** When the batch was opened, in monotonic milliseconds. */
  readonly since: number
  /** How much was acknowledged before it was opened: see `Overtaking`. */
  readonly generation: number
  /** With this many bytes of records the batch is full. */
  readonly limit: number
  /** Null once the batch is sealed. */
  builder: RecordBatchBuilder | null
  readonly deliveries: BatchDeliveries
  /**
   * Records are appended up to this many bytes without any question: all that the buffer holds, or nothing while the
   * partition is stuck. Then each record must ask for its share, for what its delivery holds may be more than its bytes.
   */
  freeBytes: number
  /** Whether the queue may have the open batch: see `DueMessage`. */
  due: 'no' | 'patiently' | 'now' = 'no'
  /** How many of its records have not settled. */
  unsettledRecords = 0
  /** When it was sealed, in monotonic milliseconds; Infinity while it is open. */
  sealedAt = Infinity
  /** True while the queue has the buffer. */
  bufferLent = false
  /** The bytes of the lent buffer. The buffer itself may come back without any: a codec may have transferred its memory. */
  lentBytes = 0
  /** The place of the batch in `PartitionFront.unsettledBatches`. */
  inPartition: Link<FrontBatch> | null = null
  /** Its places in the three lists of `DueBatches`. */
  inOpen: Link<FrontBatch> | null = null
  inLingering: Link<FrontBatch> | null = null
  inNotDueNow: Link<FrontBatch> | null = null

  constructor(
    id: number,
    partition: PartitionFront,
    since: number,
    generation: number,
    limit: number,
    buffer: ArrayBuffer,
    deliveries: BatchDeliveries,
  ) {
    this.id = id
    this.partition = partition
    this.leader = partition.leader
    this.since = since
    this.generation = generation
    this.limit = limit
    this.builder = new RecordBatchBuilder(buffer)
    this.deliveries = deliveries
    this.freeBytes = partition.asks ? 0 : this.builder.capacity
  }

  /** The open batch has another buffer, or its partition is stuck, or stuck no more. */
  updateFreeBytes(): void {
    this.freeBytes = this.partition.asks || this.builder === null ? 0 : this.builder.capacity
  }

  /** @param builder - the builder of this batch, which the caller has at hand and knows not to be null */
  append(
    builder: RecordBatchBuilder,
    record: RecordToAppend,
    delivery: Delivery,
    a: unknown,
    b: unknown,
  ): number {
    const bytes = builder.append(record.timestamp, record.key, record.value, record.headers)
    this.deliveries.add(delivery, record.timestamp, a, b)
    this.unsettledRecords++
    return bytes
  }
}

/** What the front keeps of one partition. */
export class PartitionFront implements HoldablePartition {
  readonly topic: string
  readonly index: number
  /** The estimate of the topic, shared by all its partitions. */
  readonly compression: CompressionEstimate
  /** About the capacity that its last batch needed: the next batch starts with it and need not grow again. */
  usualCapacity = 0
  /** How many records its last batch had. */
  usualCount = 0
  /** Its batches with unsettled records, oldest first. The open batch is one of them. */
  readonly unsettledBatches = new LinkedList<FrontBatch>()
  readonly holder: PartitionHolder
  leader: LeaderShare
  heldBack = false
  parked: ParkedRecords | null = null
  lettingIn = false
  since = 0
  inJudged: Link<SharingPartition> | null = null
  readonly #openBatches: (FrontBatch | null)[]
  #stuck = false

  /** @param openBatches - the open batches of the topic, by partition: each partition writes its own place */
  constructor(
    topic: string,
    index: number,
    compression: CompressionEstimate,
    holder: PartitionHolder,
    leader: LeaderShare,
    openBatches: (FrontBatch | null)[],
  ) {
    this.topic = topic
    this.index = index
    this.compression = compression
    this.holder = holder
    this.leader = leader
    this.#openBatches = openBatches
  }

  get openBatch(): FrontBatch | null {
    return this.#openBatches[this.index]!
  }

  set openBatch(batch: FrontBatch | null) {
    this.#openBatches[this.index] = batch
  }

  get oldestGeneration(): number {
    return this.unsettledBatches.first?.generation ?? Infinity
  }

  get holdsNothing(): boolean {
    return this.unsettledBatches.size === 0
  }

  get stuck(): boolean {
    return this.#stuck
  }

  /** Whether each record of it must ask for memory. */
  get asks(): boolean {
    return this.#stuck || this.leader.silent
  }

  set stuck(stuck: boolean) {
    this.#stuck = stuck
    this.openBatch?.updateFreeBytes()
  }

  /** Whether a record would overtake one that is parked. */
  get closedToOthers(): boolean {
    return !this.lettingIn && this.parked !== null && !this.parked.isEmpty
  }
}
