import { Buffer } from 'node:buffer'
import type { Frame, Framing } from './frame.js'
import { HeldBytes } from './held-bytes.js'

/** The whole input is one frame, also where it is empty. */
export class WholeFraming implements Framing {
  readonly #held: HeldBytes
  readonly line = 1

  constructor(maxBytes: number) {
    this.#held = new HeldBytes(maxBytes)
  }

  split(chunk: Buffer): Iterable<Frame> {
    this.#held.add(chunk)
    return []
  }

  rest(): Frame {
    return this.#held.take(Buffer.alloc(0))
  }
}
