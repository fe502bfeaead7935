import type { Settlement } from '../delivery.js'
import type { AccumulatorRuntime } from '../runtime.js'
import type { Memory } from './memory.js'
import type { OpenBatch } from './open-batch.js'
import { deliver } from './settling.js'

/** All batches that are not settled, and those who wait for that. */
export class Unsettled {
  readonly #memory: Memory
  readonly #logger: AccumulatorRuntime['logger']
  /** By id, which is the order of opening. */
  readonly #batches = new Map<number, OpenBatch>()
  readonly #flushes: { readonly lastId: number; readonly resolve: () => void }[] = []

  constructor(memory: Memory, logger: AccumulatorRuntime['logger']) {
    this.#memory = memory
    this.#logger = logger
  }

  get size(): number {
    return this.#batches.size
  }

  get(id: number): OpenBatch | undefined {
    return this.#batches.get(id)
  }

  add(batch: OpenBatch): void {
    this.#batches.set(batch.id, batch)
    batch.slot.unsettled.add(batch)
  }

  settle(batch: OpenBatch, settlement: Settlement): void {
    this.#batches.delete(batch.id)
    batch.slot.unsettled.delete(batch)
    this.#memory.give(batch.heldBytes)
    deliver(batch, settlement, this.#logger)
    this.#endFlushes()
  }

  /** Resolves once every batch up to this id has settled. */
  settledUpTo(lastId: number): Promise<void> {
    return new Promise((resolve) => {
      this.#flushes.push({ lastId, resolve })
      this.#endFlushes()
    })
  }

  #endFlushes(): void {
    while (this.#flushes.length > 0 && this.#flushes[0]!.lastId < this.#oldestId())
      this.#flushes.shift()!.resolve()
  }

  #oldestId(): number {
    for (const id of this.#batches.keys()) return id
    return Infinity
  }
}
