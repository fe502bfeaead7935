import { BATCH_HEADER_BYTES } from '@sluice/protocol'
import type { ResolvedAccumulatorOptions } from '../../options.js'
import type { CompressionEstimate } from './compression-estimate.js'

const smallestCapacity = 1_024
/** Before it is compressed, a batch takes at most one part in this many of `bufferBytes`, however well it compresses. */
const partsOfMemory = 32

/** When a batch is full, and how large its buffer is on the way there. */
export class BatchSizes {
  readonly #payloadLimit: number
  readonly #batchRecords: number
  readonly #mostBytes: number
  readonly #compressed: boolean

  constructor(options: ResolvedAccumulatorOptions) {
    this.#payloadLimit = options.batchBytes - BATCH_HEADER_BYTES
    this.#batchRecords = options.batchRecords
    this.#mostBytes = options.bufferBytes / partsOfMemory
    this.#compressed = options.compression !== null
  }

  /** How many bytes of records become a batch of `batchBytes`, once compressed. It grows in quarter steps, for buffers are pooled by size. */
  limit(compression: CompressionEstimate): number {
    const limit = this.#payloadLimit
    if (!this.#compressed) return limit
    const bytes = Math.min(compression.recordBytesFor(limit), this.#mostBytes)
    return Math.floor((limit * Math.max(4, Math.floor((4 * bytes) / limit))) / 4)
  }

  isFull(count: number, bytes: number, limit: number): boolean {
    if (count >= this.#batchRecords) return true
    // Full when one more record of average size does not fit: waiting for a smaller one would only delay the batch.
    return (limit - bytes) * count < bytes
  }

  /** Capacities double up to a full batch, so that buffers can be pooled. A record that is larger gets its exact size. */
  capacityFor(bytes: number, limit: number): number {
    if (bytes > limit) return bytes
    let capacity = smallestCapacity
    while (capacity < bytes) capacity *= 2
    return Math.min(capacity, limit)
  }

  /** The capacity of a new batch: what its first record needs, or what the batches of its partition usually need. */
  capacityToOpen(bytes: number, usual: number, limit: number): number {
    return Math.max(this.capacityFor(bytes, limit), Math.min(usual, limit))
  }

  /** The usual capacity after a batch. It falls by half at most, so that after one small batch the next need not grow step by step. */
  usualAfter(bytes: number, usual: number, limit: number): number {
    return this.capacityFor(Math.max(bytes, usual >> 1), limit)
  }
}
