import { BATCH_HEADER_BYTES } from '@sluice/protocol'
import type { ResolvedAccumulatorOptions } from '../../options.js'
import type { CompressionEstimate } from './compression-estimate.js'

const smallestCapacity = 1_024
/** A batch that compresses well may grow to this share of `bufferBytes` before it is compressed. */
const mostShare = 32

/** When a batch is full, and how large its buffer is on the way there. */
export class BatchSizes {
  readonly #payloadLimit: number
  readonly #batchRecords: number
  readonly #mostBytes: number
  readonly #compressed: boolean

  constructor(options: ResolvedAccumulatorOptions) {
    this.#payloadLimit = options.batchBytes - BATCH_HEADER_BYTES
    this.#batchRecords = options.batchRecords
    this.#mostBytes = options.bufferBytes / mostShare
    this.#compressed = options.compression !== null
  }

  /** Bytes of records that make a batch of `batchBytes`, once compressed. In quarter steps: buffers are pooled by size. */
  limit(compression: CompressionEstimate): number {
    const limit = this.#payloadLimit
    if (!this.#compressed) return limit
    const bytes = Math.min(compression.recordBytesFor(limit), this.#mostBytes)
    return Math.floor((limit * Math.max(4, Math.floor((4 * bytes) / limit))) / 4)
  }

  isFull(count: number, bytes: number, limit: number): boolean {
    if (count >= this.#batchRecords) return true
    // No room for one more of its average records: waiting for one that fits would only delay it.
    return (limit - bytes) * count < bytes
  }

  /** Doubling sizes up to a full batch, so that buffers can be pooled; an over-size record gets its exact size. */
  capacityFor(bytes: number, limit: number): number {
    if (bytes > limit) return bytes
    let capacity = smallestCapacity
    while (capacity < bytes) capacity *= 2
    return Math.min(capacity, limit)
  }

  /** Of a new batch: what its first record needs, and what its partition's batches usually do. */
  capacityToOpen(bytes: number, usual: number, limit: number): number {
    return Math.max(this.capacityFor(bytes, limit), Math.min(usual, limit))
  }

  /** Falls by half at most, so that one small batch does not make the next one grow step by step. */
  usualAfter(bytes: number, usual: number, limit: number): number {
    return this.capacityFor(Math.max(bytes, usual >> 1), limit)
  }
}
