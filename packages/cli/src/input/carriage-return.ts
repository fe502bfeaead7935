import type { Buffer } from 'node:buffer'

const carriageReturn = 13

/** A line whose `\r` belongs to its end, where it has one. */
export function withoutCarriageReturn(line: Buffer): Buffer {
  return line.at(-1) === carriageReturn ? line.subarray(0, -1) : line
}
