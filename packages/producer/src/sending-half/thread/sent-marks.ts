/** How many batches can have a mark at once: more than are ever handed over, unless batches are very small. */
const places = 65_536

/**
 * Which of the batches on the sender's thread may have left it. The memory is shared, so that a mark is there the moment before
 * the first byte leaves, and can still be read when the thread has died in that very moment.
 */
export class SentMarks {
  readonly memory: SharedArrayBuffer
  readonly #marks: Uint8Array

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(places)) {
    this.memory = memory
    this.#marks = new Uint8Array(memory)
  }

  /** The batch is about to be sent. */
  mark(id: number): void {
    Atomics.store(this.#marks, id % places, 1)
  }

  /** Whether the batch, or another one in its place, may have been sent. */
  has(id: number): boolean {
    return Atomics.load(this.#marks, id % places) === 1
  }

  /** The batch that was in this place is no longer on the thread. */
  clear(id: number): void {
    Atomics.store(this.#marks, id % places, 0)
  }

  /** Batches with the same place share their mark. */
  placeOf(id: number): number {
    return id % places
  }
}
