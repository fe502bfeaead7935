import type { Buffer } from 'node:buffer'

/** A stretch of the input that is longer than a record may be. Its bytes were not kept. */
export class Overlong {
  /** How long it is. */
  readonly bytes: number

  constructor(bytes: number) {
    this.bytes = bytes
  }
}

/** What stands between two delimiters. */
export type Frame = Buffer | Overlong

/** Cuts the chunks of one input into frames, each of which becomes a record. */
export interface Framing {
  /** The frames that end in this chunk. The bytes of a frame are those of the chunk where it lies in one. */
  split(chunk: Buffer): Iterable<Frame>
  /** What stands behind the last delimiter, when the input has ended, or null where nothing does. */
  rest(): Frame | null
  /** The number of the line on which the newest frame begins, from 1. */
  readonly line: number
}
