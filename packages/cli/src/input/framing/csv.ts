import { Buffer } from 'node:buffer'
import type { Frame, Framing } from './frame.js'
import { HeldBytes } from './held-bytes.js'

const [quote, newline] = [34, 10]

/** Cuts CSV into rows (RFC 4180). A newline between quotes is part of its row, so a row may have several lines. */
export class CsvFraming implements Framing {
  readonly #held: HeldBytes
  /** Whether this row has had an odd number of quotes: two quotes that stand for one change nothing. */
  #isQuoted = false
  #linesSeen = 1
  #rowBegan = 1
  line = 0

  constructor(maxBytes: number) {
    this.#held = new HeldBytes(maxBytes)
  }

  *split(chunk: Buffer): Generator<Frame> {
    let from = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]
      if (byte === quote) this.#isQuoted = !this.#isQuoted
      else if (byte === newline && this.#endLine()) {
        // A row that is whole in this chunk is not copied.
        const row = this.#held.take(chunk.subarray(from, at))
        from = at + 1
        yield row
      }
    }
    this.#held.add(chunk.subarray(from))
  }

  rest(): Frame | null {
    if (this.#held.length === 0) return null
    this.line = this.#rowBegan
    return this.#held.take(Buffer.alloc(0))
  }

  /** @returns whether the row ends with the line */
  #endLine(): boolean {
    this.#linesSeen++
    if (this.#isQuoted) return false
    this.line = this.#rowBegan
    this.#rowBegan = this.#linesSeen
    return true
  }
}
