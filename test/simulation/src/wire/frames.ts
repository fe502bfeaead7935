import { Buffer } from 'node:buffer'

/** Puts the frames of a stream together again. */
export class Frames {
  readonly #take: (frame: Buffer) => void
  #rest: Buffer = Buffer.alloc(0)

  /** @param take - gets each frame, without its length */
  constructor(take: (frame: Buffer) => void) {
    this.#take = take
  }

  push(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    while (this.#rest.length >= 4) {
      const end = 4 + this.#rest.readInt32BE()
      if (this.#rest.length < end) return
      const frame = this.#rest.subarray(4, end)
      this.#rest = this.#rest.subarray(end)
      this.#take(frame)
    }
  }
}
