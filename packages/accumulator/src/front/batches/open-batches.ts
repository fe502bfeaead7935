import { type RecordBatchBuilder, recordSize, recordSizeBound } from '@sluice/protocol'
import { noRoom, type RecordToAppend } from '../../accumulator-front.js'
import type { Delivery } from '../../delivery.js'
import type { ToQueue } from '../../messages.js'
import type { ResolvedAccumulatorOptions } from '../../options.js'
import type { AccumulatorObserver, SealReason } from '../../runtime.js'
import type { Memory } from '../memory/memory.js'
import type { Shares } from '../memory/shares.js'
import { BatchBuffers } from './batch-buffers.js'
import { BatchDeliveries } from './batch-deliveries.js'
import { BatchSizes } from './batch-sizes.js'
import type { CompressionEstimate } from './compression-estimate.js'
import type { DueBatches } from './due-batches.js'
import { FrontBatch, type PartitionFront } from './front-batch.js'
import type { LoopTurn } from './loop-turn.js'
import { Sealing } from './sealing.js'

export interface OpenBatchesDeps {
  readonly memory: Memory
  readonly shares: Shares
  readonly turn: LoopTurn
  readonly due: DueBatches
  readonly observer: AccumulatorObserver | undefined
}

export interface OpenBatchesEvents {
  opened(batch: FrontBatch): void
  toQueue(message: ToQueue): void
}

/** The partitions of a topic. */
export interface TopicPartitions {
  openBatch(index: number): FrontBatch | null
  partition(index: number): PartitionFront
}

/** The batches that take records: opens, fills and seals them. */
export class OpenBatches {
  readonly #memory: Memory
  readonly #shares: Shares
  readonly #turn: LoopTurn
  readonly #due: DueBatches
  readonly #events: OpenBatchesEvents
  readonly #sizes: BatchSizes
  readonly #buffers: BatchBuffers
  readonly #sealing: Sealing
  #lastId = 0
  #closed = false

  constructor(
    options: ResolvedAccumulatorOptions,
    { memory, shares, turn, due, observer }: OpenBatchesDeps,
    events: OpenBatchesEvents,
  ) {
    this.#memory = memory
    this.#shares = shares
    this.#turn = turn
    this.#due = due
    this.#events = events
    const sizes = new BatchSizes(options)
    this.#sizes = sizes
    this.#buffers = new BatchBuffers(memory, sizes)
    const toQueue = (message: ToQueue): void => events.toQueue(message)
    this.#sealing = new Sealing(options, { turn, due, sizes, observer, toQueue })
  }

  /** The id of the newest batch. */
  get lastId(): number {
    return this.#lastId
  }

  /** How many bytes of records fill a batch. */
  bytesToFill(compression: CompressionEstimate): number {
    return this.#sizes.limit(compression)
  }

  /**
   * A record that throws, or memory that cannot be allocated, leaves nothing behind.
   *
   * @returns as `TopicFront.append` does
   */
  append(
    topic: TopicPartitions,
    record: RecordToAppend,
    delivery: Delivery,
    a: unknown,
    b: unknown,
  ): number {
    const { heldBytes } = delivery
    this.#turn.begin()
    // First, so that no batch is opened for a record that has no room.
    if (!this.#memory.take(heldBytes)) return noRoom
    let bytes = noRoom
    try {
      const bound = recordSizeBound(record.key, record.value, record.headers)
      const batch = topic.openBatch(record.partition)
      const builder = batch === null ? null : batch.builder
      bytes =
        batch === null || builder === null || builder.bytes + bound > batch.freeBytes
          ? this.#makeRoom(topic.partition(record.partition), record, delivery, a, b)
          : this.#add(batch, builder, record, delivery, a, b)
    } finally {
      if (bytes === noRoom) this.#memory.give(heldBytes)
    }
    return bytes
  }

  /** Hands the batch to the queue. From now on it does not change. */
  seal(batch: FrontBatch, reason: SealReason): void {
    this.#sealing.seal(batch, reason)
    this.#sealing.tellObserver()
  }

  /** The partition gets no memory: what it has goes. The observer is told later, for an append may be in its middle. */
  end({ openBatch }: PartitionFront): void {
    if (openBatch === null) return
    this.#sealing.seal(openBatch, 'full')
    // Its end tells the observer.
    this.#turn.begin()
  }

  /** Tells of the batches that were sealed in the middle of an append. */
  tellObserver(): void {
    this.#sealing.tellObserver()
  }

  /** The queue can send the batch of this partition now. */
  wanted({ openBatch }: PartitionFront): void {
    if (openBatch !== null && openBatch.due !== 'no') this.seal(openBatch, 'wanted')
  }

  /** No batch is opened any more. */
  close(): void {
    this.#closed = true
  }

  /** Takes out every open batch, unsealed, and gives its buffer back. */
  takeAll(): FrontBatch[] {
    const all = this.#due.takeAll()
    for (const batch of all) {
      this.#buffers.giveBack(batch)
      batch.builder = null
      batch.partition.openBatch = null
    }
    return all
  }

  #add(
    batch: FrontBatch,
    builder: RecordBatchBuilder,
    record: RecordToAppend,
    delivery: Delivery,
    a: unknown,
    b: unknown,
  ): number {
    const bytes = batch.append(builder, record, delivery, a, b)
    if (this.#sizes.isFull(builder.count, builder.bytes, batch.limit)) this.seal(batch, 'full')
    return bytes
  }

  /** Appends where the record fits: to the open batch, perhaps grown, or to a new one. */
  #makeRoom(
    partition: PartitionFront,
    record: RecordToAppend,
    delivery: Delivery,
    a: unknown,
    b: unknown,
  ): number {
    if (this.#closed || partition.closedToOthers) return noRoom
    if (!this.#shares.mayTake(partition, delivery.heldBytes)) return noRoom
    // A pass is for one record.
    partition.lettingIn = false
    const size = recordSize(record.key, record.value, record.headers)
    const batch = partition.openBatch
    if (batch !== null) {
      const builder = batch.builder!
      const needed = builder.bytes + size
      if (
        needed <= builder.capacity ||
        (needed <= batch.limit && this.#buffers.grow(batch, needed))
      ) {
        batch.updateFreeBytes()
        return this.#add(batch, builder, record, delivery, a, b)
      }
      if (needed <= batch.limit) return noRoom
      this.#sealing.seal(batch, 'full')
    }
    try {
      return this.#addToNew(partition, size, record, delivery, a, b)
    } finally {
      this.#sealing.tellObserver()
    }
  }

  /** The batch is seen nowhere before it has a record: a batch without one would never settle. */
  #addToNew(
    partition: PartitionFront,
    size: number,
    record: RecordToAppend,
    delivery: Delivery,
    a: unknown,
    b: unknown,
  ): number {
    const batch = this.#newBatch(partition, size, record.timestamp, delivery)
    if (batch === null) return noRoom
    const builder = batch.builder!
    let bytes = noRoom
    try {
      bytes = batch.append(builder, record, delivery, a, b)
    } finally {
      if (bytes === noRoom) this.#buffers.giveBack(batch)
    }
    this.#open(batch)
    if (this.#sizes.isFull(builder.count, builder.bytes, batch.limit)) this.seal(batch, 'full')
    return bytes
  }

  #newBatch(
    partition: PartitionFront,
    size: number,
    timestamp: number,
    delivery: Delivery,
  ): FrontBatch | null {
    const buffer = this.#buffers.take(partition, size, delivery.heldBytes)
    if (buffer === null) return null
    this.#turn.readClocks()
    const limit = this.bytesToFill(partition.compression)
    const deliveries = new BatchDeliveries(delivery, timestamp, partition.usualCount)
    const id = this.#lastId + 1
    return new FrontBatch(
      id,
      partition,
      this.#turn.now(),
      this.#shares.generation,
      limit,
      buffer,
      deliveries,
    )
  }

  #open(batch: FrontBatch): void {
    this.#lastId = batch.id
    batch.partition.openBatch = batch
    this.#events.opened(batch)
    this.#due.add(batch)
    // The clock has been read for this batch: it may tell of others.
    this.#due.sealOld()
  }
}
