import { recordSize, recordSizeBound } from '@sluice/protocol'
import { noRoom, type RecordToAppend } from '../../accumulator-front.js'
import type { Delivery } from '../../delivery.js'
import type { ToQueue } from '../../messages.js'
import type { ResolvedAccumulatorOptions } from '../../options.js'
import type { AccumulatorObserver, SealReason } from '../../runtime.js'
import type { Memory } from '../memory/memory.js'
import { BatchBuffers } from './batch-buffers.js'
import { BatchDeliveries } from './batch-deliveries.js'
import { BatchSizes } from './batch-sizes.js'
import type { CompressionEstimate } from './compression-estimate.js'
import type { DueBatches } from './due-batches.js'
import { FrontBatch, type PartitionFront } from './front-batch.js'
import type { LoopTurn } from './loop-turn.js'

export interface OpenBatchesDeps {
  readonly memory: Memory
  readonly turn: LoopTurn
  readonly due: DueBatches
  readonly observer: AccumulatorObserver | undefined
}

export interface OpenBatchesEvents {
  opened(batch: FrontBatch): void
  toQueue(message: ToQueue): void
}

/** The batches that take records: opens, fills and seals them. */
export class OpenBatches {
  readonly #memory: Memory
  readonly #turn: LoopTurn
  readonly #due: DueBatches
  readonly #observer: AccumulatorObserver | undefined
  readonly #events: OpenBatchesEvents
  readonly #sizes: BatchSizes
  readonly #buffers: BatchBuffers
  readonly #deliveryTimeoutMs: number
  #lastId = 0
  #closed = false

  constructor(
    options: ResolvedAccumulatorOptions,
    { memory, turn, due, observer }: OpenBatchesDeps,
    events: OpenBatchesEvents,
  ) {
    this.#memory = memory
    this.#turn = turn
    this.#due = due
    this.#observer = observer
    this.#events = events
    this.#sizes = new BatchSizes(options)
    this.#buffers = new BatchBuffers(memory, this.#sizes)
    this.#deliveryTimeoutMs = options.deliveryTimeoutMs
  }

  /** The id of the newest batch. */
  get lastId(): number {
    return this.#lastId
  }

  /** How many bytes of records fill a batch. */
  bytesToFill(compression: CompressionEstimate): number {
    return this.#sizes.limit(compression)
  }

  /** @returns as `TopicFront.append` does */
  append(
    partition: PartitionFront,
    record: RecordToAppend,
    delivery: Delivery,
    a: unknown,
    b: unknown,
  ): number {
    const { heldBytes } = delivery
    this.#turn.begin()
    // First, so that no batch is opened for a record that has no room.
    if (!this.#memory.take(heldBytes)) return noRoom
    const bound = recordSizeBound(record.key, record.value, record.headers)
    let batch = partition.openBatch
    let builder = batch === null ? null : batch.builder
    if (batch === null || builder === null || builder.bytes + bound > builder.capacity) {
      batch = this.#makeRoom(partition, record, delivery)
      if (batch === null) {
        this.#memory.give(heldBytes)
        return noRoom
      }
      builder = batch.builder!
    }
    const bytes = batch.append(builder, record, delivery, a, b)
    if (this.#sizes.isFull(builder.count, builder.bytes, batch.limit)) this.seal(batch, 'full')
    return bytes
  }

  /** Hands the batch to the queue. From now on it does not change. */
  seal(batch: FrontBatch, reason: SealReason): void {
    const { partition, id, since, builder } = batch
    if (builder === null) return
    batch.builder = null
    partition.openBatch = null
    batch.bufferLent = true
    this.#due.remove(batch)
    const { storage: buffer, bytes, count, baseTimestamp, maxTimestamp } = builder
    partition.usualCapacity = this.#sizes.usualAfter(bytes, partition.usualCapacity, batch.limit)
    partition.usualCount = count
    const { topic, index } = partition
    const deadline = since + this.#deliveryTimeoutMs
    const contents = { buffer, bytes, count, baseTimestamp, maxTimestamp }
    this.#events.toQueue({
      type: 'sealed',
      batch: { id, topic, partition: index, since, deadline, ...contents },
    })
    if (this.#observer?.sealed === undefined) return
    const openMs = this.#turn.now() - since
    this.#observer.sealed({ topic, partition: index, records: count, bytes, openMs, reason })
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

  /** The batch that the record fits in: the open batch, perhaps grown, or a new one. Null when memory is short, or after `close`. */
  #makeRoom(
    partition: PartitionFront,
    record: RecordToAppend,
    delivery: Delivery,
  ): FrontBatch | null {
    if (this.#closed) return null
    const size = recordSize(record.key, record.value, record.headers)
    const batch = partition.openBatch
    if (batch !== null) {
      const needed = batch.builder!.bytes + size
      if (needed <= batch.builder!.capacity) return batch
      if (needed <= batch.limit) return this.#buffers.grow(batch, needed) ? batch : null
      this.seal(batch, 'full')
    }
    return this.#open(partition, size, record.timestamp, delivery)
  }

  #open(
    partition: PartitionFront,
    size: number,
    timestamp: number,
    delivery: Delivery,
  ): FrontBatch | null {
    const buffer = this.#buffers.take(partition, size, delivery.heldBytes)
    if (buffer === null) return null
    this.#turn.readClocks()
    this.#due.sealOld()
    const deliveries = new BatchDeliveries(delivery, timestamp, partition.usualCount)
    const limit = this.bytesToFill(partition.compression)
    const id = ++this.#lastId
    const batch = new FrontBatch(id, partition, this.#turn.now(), limit, buffer, deliveries)
    partition.openBatch = batch
    this.#events.opened(batch)
    this.#due.add(batch)
    return batch
  }
}
