import type { Settlement } from '../../delivery.js'
import type { AccumulatorRuntime } from '../../runtime.js'
import type { Memory } from '../memory/memory.js'
import type { OpenBatch } from './open-batch.js'

/** All batches that were opened and are not both settled and released, and those who wait for settlement. */
export class LiveBatches {
  readonly #memory: Memory
  readonly #logger: AccumulatorRuntime['logger']
  /** By id, which is the order of opening. */
  readonly #batches = new Map<number, OpenBatch>()
  readonly #flushes: { readonly lastId: number; readonly resolve: () => void }[] = []
  #unsettled = 0
  #newestId = 0
  /**
   * None before it is unsettled. Moved up as batches settle, not when a flush asks: after a day without one that would
   * hold up the event loop, as would looking for the first of a map, which passes over all that was deleted.
   */
  #oldestId = 1

  constructor(memory: Memory, logger: AccumulatorRuntime['logger']) {
    this.#memory = memory
    this.#logger = logger
  }

  /** Batches with a record that has not heard of its end. */
  get unsettled(): number {
    return this.#unsettled
  }

  unsettledRecords(): number {
    let records = 0
    for (const { unsettled } of this.#batches.values()) records += unsettled
    return records
  }

  /** Undefined once it is settled and released. */
  get(id: number): OpenBatch | undefined {
    return this.#batches.get(id)
  }

  /** Ids grow by one. */
  add(batch: OpenBatch): void {
    this.#batches.set(batch.id, batch)
    this.#newestId = batch.id
    this.#unsettled++
    batch.inSlot = batch.slot.unsettled.add(batch)
  }

  /** Tells `count` of its records, from `first` on: all, or those of one part of a batch that was split. */
  settle(batch: OpenBatch, settlement: Settlement, first: number, count: number): void {
    batch.unsettled -= count
    this.#memory.give(batch.deliveries.heldBytes(first, count))
    if (batch.unsettled === 0) this.#settled(batch)
    batch.deliveries.settle(settlement, first, count, batch.slot.topic, this.#logger)
    if (batch.unsettled === 0) batch.deliveries.letGo()
    this.#endFlushes()
  }

  /** No socket reads its bytes any more. Given back twice, a buffer would be in two batches at once: only the first time counts. */
  release(id: number, buffer: ArrayBuffer): void {
    const batch = this.#batches.get(id)
    if (batch === undefined || !batch.lent) return
    batch.lent = false
    this.#memory.giveBuffer(buffer)
    this.#endIfDone(batch)
  }

  /** Resolves once every batch up to this id has settled. */
  settledUpTo(lastId: number): Promise<void> {
    return new Promise((resolve) => {
      this.#flushes.push({ lastId, resolve })
      this.#endFlushes()
    })
  }

  #settled(batch: OpenBatch): void {
    this.#unsettled--
    batch.inSlot!.remove()
    this.#endIfDone(batch)
    while (this.#oldestId <= this.#newestId && !this.#isUnsettled(this.#oldestId)) this.#oldestId++
  }

  #endIfDone(batch: OpenBatch): void {
    if (batch.unsettled === 0 && !batch.lent) this.#batches.delete(batch.id)
  }

  #endFlushes(): void {
    while (this.#flushes.length > 0 && this.#flushes[0]!.lastId < this.#oldestId)
      this.#flushes.shift()!.resolve()
  }

  #isUnsettled(id: number): boolean {
    return (this.#batches.get(id)?.unsettled ?? 0) > 0
  }
}
