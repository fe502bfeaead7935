/** A batch is overtaken once one part in this many of `bufferBytes` has been acknowledged of batches that are younger. */
const partsOfMemory = 8
/** So many generations make a part. The more there are, the sooner it is seen that a part of the memory was acknowledged. */
const generationsInPart = 8

/**
 * Tells what was overtaken: much that was opened after it is acknowledged already. It counts bytes, not milliseconds, so
 * that it is true of a fast cluster and of a slow one: where all brokers are slow, nothing is overtaken.
 *
 * Batches are of a generation. The next one begins when so much of the memory was acknowledged.
 */
export class Overtaking {
  readonly #partBytes: number
  readonly #generationBytes: number
  #generation = 0
  /** What was acknowledged since the generation began. */
  #bytes = 0
  /** Every generation before this one is overtaken. */
  #overtakenBefore = 0
  /** What was acknowledged of each generation after that one, and the sum. */
  readonly #later: number[] = []
  #laterBytes = 0

  constructor(bufferBytes: number) {
    this.#partBytes = bufferBytes / partsOfMemory
    this.#generationBytes = this.#partBytes / generationsInPart
  }

  /** The generation of a batch that is opened now. */
  get generation(): number {
    return this.#generation
  }

  isOvertaken(generation: number): boolean {
    return generation < this.#overtakenBefore
  }

  /** The records of a batch are in the log. */
  acknowledged(generation: number, bytes: number): void {
    this.#count(generation - this.#overtakenBefore - 1, bytes)
    while (this.#laterBytes >= this.#partBytes) {
      this.#overtakenBefore++
      this.#laterBytes -= this.#later.shift() ?? 0
    }
    this.#bytes += bytes
    if (this.#bytes < this.#generationBytes) return
    this.#bytes = 0
    this.#generation++
  }

  #count(at: number, bytes: number): void {
    if (at < 0) return
    while (this.#later.length <= at) this.#later.push(0)
    this.#later[at]! += bytes
    this.#laterBytes += bytes
  }
}
