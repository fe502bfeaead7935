import type { Memory } from '../memory/memory.js'
import type { BatchSizes } from './batch-sizes.js'
import type { FrontBatch, PartitionFront } from './front-batch.js'

/** The buffers of open batches: as small as their records allow, so that ten thousand partitions need not fill the memory. */
export class BatchBuffers {
  readonly #memory: Memory
  readonly #sizes: BatchSizes

  constructor(memory: Memory, sizes: BatchSizes) {
    this.#memory = memory
    this.#sizes = sizes
  }

  /**
   * For a new batch, whose first record has this size.
   *
   * @returns null when memory is short
   */
  take(partition: PartitionFront, size: number, heldBytes: number): ArrayBuffer | null {
    const limit = this.#sizes.limit(partition.compression)
    const capacity = this.#sizes.capacityToOpen(size, partition.usualCapacity, limit)
    // If bufferBytes is hardly more than one batch, a capacity that is rounded up might never fit.
    return this.#memory.takeBuffer(this.#memory.couldHold(capacity, heldBytes) ? capacity : size)
  }

  /**
   * Moves the records of the batch to a buffer that holds `needed` bytes.
   *
   * @returns false when memory is short
   */
  grow({ builder, limit }: FrontBatch, needed: number): boolean {
    const larger = this.#memory.takeBuffer(this.#sizes.capacityFor(needed, limit))
    if (larger === null) return false
    const outgrown = builder!.storage
    builder!.moveTo(larger)
    this.#memory.giveBuffer(outgrown)
    return true
  }

  /** The batch will never be sealed. */
  giveBack({ builder }: FrontBatch): void {
    this.#memory.giveBuffer(builder!.storage)
  }
}
