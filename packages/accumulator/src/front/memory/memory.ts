import { BufferPool } from './buffer-pool.js'

/**
 * The one account of `bufferBytes`. It counts the buffer of each batch, from opening until no socket reads it, and what
 * pending deliveries hold. Used and pooled bytes together never exceed the limit.
 */
export class Memory {
  readonly limit: number
  readonly #pool = new BufferPool()
  /** With compression there may be a second copy of the records, so each byte of a buffer counts twice. */
  readonly #copies: 1 | 2
  #used = 0

  constructor(limit: number, copies: 1 | 2) {
    this.limit = limit
    this.#copies = copies
  }

  get used(): number {
    return this.#used
  }

  /** @returns false when there is no room; then nothing was taken */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.limit) return false
    this.#used += bytes
    if (this.#used + this.#pool.bytes > this.limit) this.#pool.keep(this.limit - this.#used)
    return true
  }

  give(bytes: number): void {
    this.#used -= bytes
  }

  /** Whether a buffer of this capacity, together with what its deliveries hold, could ever fit. */
  couldHold(capacity: number, heldBytes = 0): boolean {
    return this.costOf(capacity) + heldBytes <= this.limit
  }

  /** How many bytes a buffer of this capacity counts. */
  costOf(capacity: number): number {
    return capacity * this.#copies
  }

  /** @returns null when there is no room */
  takeBuffer(capacity: number): ArrayBuffer | null {
    const cost = this.costOf(capacity)
    if (this.#used + cost > this.limit) return null
    // Out of the pool first: making room in the pool might drop this very buffer.
    const buffer = this.#pool.take(capacity)
    this.take(cost)
    return buffer
  }

  giveBuffer(buffer: ArrayBuffer): void {
    this.give(this.costOf(buffer.byteLength))
    this.#pool.give(buffer)
  }
}
