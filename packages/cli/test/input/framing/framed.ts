import type { Framing } from '../../../src/input/framing/frame.js'
import { Overlong } from '../../../src/input/framing/frame.js'

/** The frames of an input that comes in chunks, as latin1 text, or the length of those that are too long. */
export function framesOf(framing: Framing, chunks: Iterable<Buffer>): (string | number)[] {
  const frames: (string | number)[] = []
  const take = (frame: Buffer | Overlong): void => {
    frames.push(frame instanceof Overlong ? frame.bytes : frame.toString('latin1'))
  }
  for (const chunk of chunks) for (const frame of framing.split(chunk)) take(frame)
  const rest = framing.rest()
  if (rest !== null) take(rest)
  return frames
}

/** The input in chunks of so many bytes. */
export function* inChunks(input: Buffer, bytes: number): Generator<Buffer> {
  for (let from = 0; from < input.length; from += bytes) yield input.subarray(from, from + bytes)
}
