/**
 * Unused buffers, by size, for the next batch of that size. The pool may keep as much as is free of `bufferBytes`:
 * `keep` tells it how much that is.
 */
export class BufferPool {
  readonly #free = new Map<number, ArrayBuffer[]>()
  #pooledBytes = 0

  get bytes(): number {
    return this.#pooledBytes
  }

  /** The buffer still holds its former contents. */
  take(capacity: number): ArrayBuffer {
    const buffer = this.#free.get(capacity)?.pop()
    if (buffer === undefined) return new ArrayBuffer(capacity)
    this.#pooledBytes -= capacity
    return buffer
  }

  give(buffer: ArrayBuffer): void {
    const sameSize = this.#free.get(buffer.byteLength)
    if (sameSize === undefined) this.#free.set(buffer.byteLength, [buffer])
    else sameSize.push(buffer)
    this.#pooledBytes += buffer.byteLength
  }

  /** Drops buffers until at most `bytes` are pooled. */
  keep(bytes: number): void {
    for (const [capacity, buffers] of this.#free) {
      while (this.#pooledBytes > bytes && buffers.pop() !== undefined) this.#pooledBytes -= capacity
      if (this.#pooledBytes <= bytes) return
      this.#free.delete(capacity)
    }
  }
}
