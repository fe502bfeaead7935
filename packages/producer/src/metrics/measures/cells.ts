/** Deals out pieces of one memory. Asking in the same order gives the same pieces, also on another thread. */
export class Cells {
  readonly #memory: ArrayBufferLike
  #next = 0

  constructor(memory: ArrayBufferLike) {
    this.#memory = memory
  }

  /** @returns numbers that are zero in new memory */
  take(count: number): Float64Array {
    const cells = new Float64Array(this.#memory, this.#next, count)
    this.#next += count * Float64Array.BYTES_PER_ELEMENT
    return cells
  }
}
