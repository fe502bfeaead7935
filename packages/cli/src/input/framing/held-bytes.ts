import { Buffer } from 'node:buffer'
import { type Frame, Overlong } from './frame.js'

/** The beginning of a frame whose end is in a later chunk. It keeps no more than a record may have. */
export class HeldBytes {
  readonly #maxBytes: number
  #parts: Buffer[] = []
  #length = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** How many bytes were added, kept or not. */
  get length(): number {
    return this.#length
  }

  add(part: Buffer): void {
    if (part.length === 0) return
    this.#length += part.length
    if (this.#length > this.#maxBytes) this.#parts = []
    else this.#parts.push(part)
  }

  /** The whole frame, which ends with this part. Nothing is held afterwards. */
  take(part: Buffer): Frame {
    const bytes = this.#length + part.length
    if (bytes > this.#maxBytes) {
      this.#forget()
      return new Overlong(bytes)
    }
    if (this.#length === 0) return part
    const frame = Buffer.concat([...this.#parts, part], bytes)
    this.#forget()
    return frame
  }

  #forget(): void {
    this.#parts = []
    this.#length = 0
  }
}
