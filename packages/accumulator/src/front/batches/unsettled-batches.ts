import type { Settlement } from '../../delivery.js'
import type { AccumulatorRuntime } from '../../runtime.js'
import { LinkedList } from '../lists/linked-list.js'
import type { Memory } from '../memory/memory.js'
import type { Shares } from '../memory/shares.js'
import type { FrontBatch } from './front-batch.js'

/** A flush that waits until every batch up to an id has settled. */
interface Flush {
  readonly lastId: number
  readonly resolve: () => void
}

/**
 * All batches from opening until they are settled and released, and the flushes that wait for their settlement.
 */
export class UnsettledBatches {
  readonly #memory: Memory
  readonly #shares: Shares
  readonly #logger: AccumulatorRuntime['logger']
  readonly #observer: AccumulatorRuntime['observer']
  /** By id. Ids are given in the order of opening. */
  readonly #batches = new Map<number, FrontBatch>()
  /** In the order of their calls, which is that of their ids. */
  readonly #flushes = new LinkedList<Flush>()
  #unsettled = 0
  #acknowledgedRecords = 0
  #newestId = 0
  /**
   * Every batch with a smaller id has settled. It moves up as batches settle, and not when a flush asks for it: after a
   * day without a flush that would hold up the event loop. So would asking the map for its first key, for a map passes
   * over all keys that were deleted.
   */
  #oldestId = 1

  constructor(
    memory: Memory,
    shares: Shares,
    { logger, observer }: Pick<AccumulatorRuntime, 'logger' | 'observer'>,
  ) {
    this.#memory = memory
    this.#shares = shares
    this.#logger = logger
    this.#observer = observer
  }

  /** How many batches have unsettled records. */
  get unsettled(): number {
    return this.#unsettled
  }

  /** Each batch that is not settled and released, in the order of opening. */
  all(): Iterable<FrontBatch> {
    return this.#batches.values()
  }

  /** Counts the unsettled records. */
  unsettledRecords(): number {
    let records = 0
    for (const batch of this.#batches.values()) records += batch.unsettledRecords
    return records
  }

  /** When the oldest batch with unsettled records was opened; null where there is none. */
  get since(): number | null {
    return this.#batches.get(this.#oldestId)?.since ?? null
  }

  /** Since when the batch with unsettled records that was sealed first is sealed; null where there is none. */
  sealedSince(): number | null {
    let since = Infinity
    for (const { unsettledRecords, sealedAt } of this.#batches.values())
      if (unsettledRecords > 0 && sealedAt < since) since = sealedAt
    return since === Infinity ? null : since
  }

  /** How many records were acknowledged. */
  get acknowledgedRecords(): number {
    return this.#acknowledgedRecords
  }

  /** Undefined once the batch is settled and released. */
  get(id: number): FrontBatch | undefined {
    return this.#batches.get(id)
  }

  /** The id of each batch is one more than that of the batch before. */
  add(batch: FrontBatch): void {
    this.#batches.set(batch.id, batch)
    this.#newestId = batch.id
    this.#unsettled++
    batch.inPartition = batch.partition.unsettledBatches.add(batch)
    this.#shares.opened(batch)
  }

  /** Settles `count` records of the batch, beginning with record `first`: all, or those of a part of a split batch. */
  settle(batch: FrontBatch, settlement: Settlement, first: number, count: number): void {
    batch.unsettledRecords -= count
    const heldBytes = batch.deliveries.heldBytes(first, count)
    this.#memory.give(heldBytes)
    if (batch.unsettledRecords === 0) this.#settled(batch)
    if (settlement.error === null) {
      this.#acknowledgedRecords += count
      this.#acknowledged(batch, heldBytes)
    }
    this.#observe(batch, settlement, count)
    batch.deliveries.settle(settlement, first, count, batch.partition.topic, this.#logger)
    if (batch.unsettledRecords === 0) batch.deliveries.forgetOwnValues()
    this.#endFlushes()
  }

  /**
   * The queue has given the buffer back: no socket reads it any more. Only the first release of a batch counts, for a
   * buffer that is pooled twice would be in two batches at once.
   */
  release(id: number, buffer: ArrayBuffer): void {
    const batch = this.#batches.get(id)
    if (batch === undefined || !batch.bufferLent) return
    batch.bufferLent = false
    if (buffer.byteLength === batch.lentBytes) this.#memory.giveBuffer(buffer)
    else this.#memory.give(this.#memory.costOf(batch.lentBytes))
    this.#forgetIfDone(batch)
  }

  /** Resolves once every batch up to this id has settled. */
  settledUpTo(lastId: number): Promise<void> {
    return new Promise((resolve) => {
      this.#flushes.add({ lastId, resolve })
      this.#endFlushes()
    })
  }

  #settled(batch: FrontBatch): void {
    this.#unsettled--
    batch.inPartition!.remove()
    this.#shares.settled(batch)
    this.#forgetIfDone(batch)
    while (this.#oldestId <= this.#newestId && !this.#isUnsettled(this.#oldestId)) this.#oldestId++
  }

  #forgetIfDone(batch: FrontBatch): void {
    if (batch.unsettledRecords === 0 && !batch.bufferLent) this.#batches.delete(batch.id)
  }

  #observe({ partition, since }: FrontBatch, { error }: Settlement, records: number): void {
    if (this.#observer?.settled === undefined) return
    const { topic, index } = partition
    const errorCode = error === null ? null : error.code
    this.#observer.settled({ topic, partition: index, records, since, errorCode })
  }

  /** Records of the batch, whose deliveries held these bytes. Its buffer counts with the last of them. */
  #acknowledged(batch: FrontBatch, heldBytes: number): void {
    const { partition, generation, lentBytes } = batch
    const bufferBytes = batch.unsettledRecords === 0 ? this.#memory.costOf(lentBytes) : 0
    this.#shares.acknowledged(partition, generation, heldBytes + bufferBytes)
  }

  #endFlushes(): void {
    const flushes = this.#flushes
    for (
      let { first } = flushes;
      first !== null && first.lastId < this.#oldestId;
      first = flushes.first
    ) {
      flushes.removeFirst()
      first.resolve()
    }
  }

  #isUnsettled(id: number): boolean {
    return (this.#batches.get(id)?.unsettledRecords ?? 0) > 0
  }
}
