import { Buffer } from 'node:buffer'
import type { Frame, Framing } from './frame.js'
import { HeldBytes } from './held-bytes.js'

const nothing = Buffer.alloc(0)

/**
 * Frames that end with a delimiter of one byte or more, or with the input: an input that ends with the delimiter has no empty frame
 * behind it.
 */
export class DelimitedFraming implements Framing {
  readonly #delimiter: Buffer
  readonly #held: HeldBytes
  /** The last bytes of the chunk before, with which a delimiter may begin that ends in the next chunk. */
  #tail: Buffer = nothing
  line = 0

  constructor(delimiter: Buffer, maxBytes: number) {
    this.#delimiter = delimiter
    this.#held = new HeldBytes(maxBytes)
  }

  *split(chunk: Buffer): Generator<Frame> {
    const delimiter = this.#delimiter
    const bytes = this.#tail.length === 0 ? chunk : Buffer.concat([this.#tail, chunk])
    let from = 0
    for (let at = bytes.indexOf(delimiter); at !== -1; at = bytes.indexOf(delimiter, from)) {
      this.line++
      // A frame that is whole in this chunk is not copied.
      const frame = this.#held.take(bytes.subarray(from, at))
      from = at + delimiter.length
      yield frame
    }
    const tailFrom = Math.max(from, bytes.length - (delimiter.length - 1))
    this.#held.add(bytes.subarray(from, tailFrom))
    this.#tail = bytes.subarray(tailFrom)
  }

  rest(): Frame | null {
    const tail = this.#tail
    this.#tail = nothing
    if (this.#held.length + tail.length === 0) return null
    this.line++
    return this.#held.take(tail)
  }
}
