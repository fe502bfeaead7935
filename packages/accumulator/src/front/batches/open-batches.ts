import { recordSize, recordSizeBound } from '@sluice/protocol'
import { noRoom, type RecordToAppend } from '../../accumulator-front.js'
import type { Delivery } from '../../delivery.js'
import type { ToQueue } from '../../messages.js'
import type { ResolvedAccumulatorOptions } from '../../options.js'
import type { AccumulatorRuntime } from '../../runtime.js'
import { DelayLine } from '../lists/delay-line.js'
import type { Memory } from '../memory/memory.js'
import { BatchDeliveries } from './batch-deliveries.js'
import { BatchSizes } from './batch-sizes.js'
import type { CompressionEstimate } from './compression-estimate.js'
import { OpenBatch } from './open-batch.js'
import type { PartitionSlot } from './partition-slot.js'
import type { Turn } from './turn.js'

/**
 * No batch takes records for longer than this, or than lingerMs where that is more, so that no record loses more of
 * its deliveryTimeoutMs. Half of a very short deliveryTimeoutMs: only what is sealed can expire.
 */
const openMs = 1_000

export interface OpenBatchEvents {
  opened(batch: OpenBatch): void
  toQueue(message: ToQueue): void
}

/** The batches that take records: opened, filled, due, sealed. */
export class OpenBatches {
  readonly #options: ResolvedAccumulatorOptions
  readonly #memory: Memory
  readonly #turn: Turn
  readonly #events: OpenBatchEvents
  readonly #sizes: BatchSizes
  readonly #openMs: number
  /** Opened in this turn, with `lingerMs: 0`: due when it ends. */
  #fresh: OpenBatch[] = []
  readonly #lingering: DelayLine<OpenBatch>
  /** All of them, oldest first. */
  readonly #open: DelayLine<OpenBatch>
  #lastId = 0
  /** Of all that are open. */
  #allDueNow = true
  #closed = false

  constructor(
    options: ResolvedAccumulatorOptions,
    runtime: AccumulatorRuntime,
    memory: Memory,
    turn: Turn,
    events: OpenBatchEvents,
  ) {
    this.#options = options
    this.#memory = memory
    this.#turn = turn
    this.#events = events
    this.#sizes = new BatchSizes(options)
    this.#lingering = new DelayLine(options.lingerMs, runtime, (batch) =>
      this.#becomeDue(batch, false),
    )
    this.#openMs = Math.max(options.lingerMs, Math.min(openMs, options.deliveryTimeoutMs / 2))
    this.#open = new DelayLine(this.#openMs, runtime, (batch) => this.seal(batch))
  }

  get lastId(): number {
    return this.#lastId
  }

  /** Bytes of records that fill a batch. */
  bytesToFill(compression: CompressionEstimate): number {
    return this.#sizes.limit(compression)
  }

  append(
    slot: PartitionSlot,
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
    let batch = slot.open
    let builder = batch === null ? null : batch.builder
    if (batch === null || builder === null || builder.bytes + bound > builder.capacity) {
      batch = this.#makeRoom(slot, record, delivery)
      if (batch === null) {
        this.#memory.give(heldBytes)
        return noRoom
      }
      builder = batch.builder!
    }
    const bytes = batch.append(builder, record, delivery, a, b)
    if (this.#sizes.isFull(builder.count, builder.bytes, batch.limit)) this.seal(batch)
    return bytes
  }

  /** The batch goes to the queue, whole and unchangeable. */
  seal(batch: OpenBatch): void {
    const { slot, id, since, builder } = batch
    if (builder === null) return
    batch.builder = null
    slot.open = null
    batch.lent = true
    slot.usualCapacity = this.#sizes.usualAfter(builder.bytes, slot.usualCapacity, batch.limit)
    slot.usualCount = builder.count
    leaveLines(batch)
    const { topic, partition } = slot
    const { storage: buffer, bytes, count, baseTimestamp, maxTimestamp } = builder
    const deadline = since + this.#options.deliveryTimeoutMs
    const contents = { buffer, bytes, count, baseTimestamp, maxTimestamp }
    this.#events.toQueue({
      type: 'sealed',
      batch: { id, topic, partition, since, deadline, ...contents },
    })
  }

  /** What takes no more records by now: its timer may be late, where the event loop was held up. */
  sealOld(): void {
    const old = this.#turn.now() - this.#openMs
    for (
      let batch = this.#open.first;
      batch !== null && batch.since <= old;
      batch = this.#open.first
    )
      this.seal(batch)
  }

  /** The queue can send the partition's batch now. */
  wanted(slot: PartitionSlot): void {
    if (slot.open !== null && slot.open.due !== 'no') this.seal(slot.open)
  }

  endTurn(): void {
    if (this.#fresh.length === 0) return
    const fresh = this.#fresh
    this.#fresh = []
    for (const batch of fresh) if (batch.due === 'no') this.#becomeDue(batch, true)
  }

  /** For a flush, or because others wait for the memory. */
  becomeDueNow(): void {
    if (this.#allDueNow) return
    this.#allDueNow = true
    for (const batch of this.#open) if (batch.due !== 'now') this.#becomeDue(batch, false)
  }

  /** Takes out every open batch, unsealed. No other is opened. */
  close(): OpenBatch[] {
    this.#closed = true
    const all = [...this.#open]
    for (const batch of all) {
      this.#memory.giveBuffer(batch.builder!.storage)
      batch.builder = null
      batch.slot.open = null
      leaveLines(batch)
    }
    this.#open.stop()
    this.#lingering.stop()
    return all
  }

  /** The batch the record fits in: the open one, grown, or a new one. Null when memory is short, or closed. */
  #makeRoom(slot: PartitionSlot, record: RecordToAppend, delivery: Delivery): OpenBatch | null {
    if (this.#closed) return null
    const size = recordSize(record.key, record.value, record.headers)
    const batch = slot.open
    if (batch !== null) {
      const needed = batch.builder!.bytes + size
      if (needed <= batch.builder!.capacity) return batch
      if (needed <= batch.limit) return this.#grow(batch, needed)
      this.seal(batch)
    }
    const capacity = this.#capacityToOpen(slot, size, delivery.heldBytes)
    return this.#openBatch(slot, capacity, record.timestamp, delivery)
  }

  #grow(batch: OpenBatch, needed: number): OpenBatch | null {
    const builder = batch.builder!
    const larger = this.#memory.takeBuffer(this.#sizes.capacityFor(needed, batch.limit))
    if (larger === null) return null
    const outgrown = builder.storage
    builder.moveTo(larger)
    this.#memory.giveBuffer(outgrown)
    return batch
  }

  #capacityToOpen(slot: PartitionSlot, size: number, heldBytes: number): number {
    const limit = this.bytesToFill(slot.compression)
    const capacity = this.#sizes.capacityToOpen(size, slot.usualCapacity, limit)
    // Where bufferBytes is hardly more than a batch, what is rounded up might never fit.
    return this.#memory.couldHold(capacity, heldBytes) ? capacity : size
  }

  #openBatch(
    slot: PartitionSlot,
    capacity: number,
    timestamp: number,
    delivery: Delivery,
  ): OpenBatch | null {
    const buffer = this.#memory.takeBuffer(capacity)
    if (buffer === null) return null
    this.#turn.readAgain()
    this.sealOld()
    const deliveries = new BatchDeliveries(delivery, timestamp, slot.usualCount)
    const batch = new OpenBatch(
      ++this.#lastId,
      slot,
      this.#turn.now(),
      this.bytesToFill(slot.compression),
      buffer,
      deliveries,
    )
    slot.open = batch
    this.#events.opened(batch)
    batch.inOpen = this.#open.add(batch)
    this.#allDueNow = false
    if (this.#options.lingerMs === 0) this.#fresh.push(batch)
    else batch.inLingering = this.#lingering.add(batch)
    return batch
  }

  #becomeDue(batch: OpenBatch, patient: boolean): void {
    if (batch.builder === null) return
    batch.due = patient ? 'patiently' : 'now'
    const { topic, partition } = batch.slot
    this.#events.toQueue({ type: 'due', topic, partition, patient })
  }
}

function leaveLines({ inOpen, inLingering }: OpenBatch): void {
  inOpen?.remove()
  inLingering?.remove()
}
