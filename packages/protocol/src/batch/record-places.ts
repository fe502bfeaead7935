import { ByteReader } from '../primitives/byte-reader.js'
import { lengthVarintSize, writeLength } from '../primitives/varint.js'

/** Some of a batch's records, as a batch of their own holds them. */
export interface RecordsPart {
  /** A view of the memory that all the records are in. */
  readonly payload: Uint8Array
  /** The number of records. */
  readonly count: number
  /** Milliseconds: the latest time of a record. */
  readonly maxTimestamp: number
}

/** Where one record stands, and what it is made of. */
export interface RecordPlace {
  readonly start: number
  /** Its attributes and its time are between these two. */
  readonly body: number
  readonly offsetDelta: number
  /** Key, value and headers are between these two. */
  readonly rest: number
  readonly end: number
  readonly timestamp: number
}

/** Read one by one: what stands behind a place is untouched while that place is used. */
export function* placesOf(bytes: Buffer, baseTimestamp: number): Generator<RecordPlace> {
  const reader = new ByteReader(bytes)
  while (reader.remaining > 0) {
    const start = reader.position
    const length = reader.varint()
    const body = reader.position
    reader.skip(1)
    const timestamp = baseTimestamp + reader.varlong()
    const offsetDelta = reader.position
    reader.varint()
    const rest = reader.position
    const end = body + length
    yield { start, body, offsetDelta, rest, end, timestamp }
    reader.skip(end - rest)
  }
}

/** Moves a record to `to`, at or before its place, under another offset. Returns the position behind it. */
export function rewrite(bytes: Buffer, to: number, place: RecordPlace, index: number): number {
  const { body, offsetDelta, rest, end } = place
  const head = offsetDelta - body
  let position = writeLength(bytes, to, head + lengthVarintSize(index) + (end - rest))
  bytes.copyWithin(position, body, offsetDelta)
  position = writeLength(bytes, position + head, index)
  bytes.copyWithin(position, rest, end)
  return position + (end - rest)
}
