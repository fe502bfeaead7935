import { Buffer } from 'node:buffer'
import { placesOf, type RecordPlace, type RecordsPart, rewrite } from './record-places.js'

/**
 * Cuts the records of a batch into parts of up to `maxBytes` each; a part of one record may be larger.
 *
 * In place: each part counts its records from 0 again, which takes no more bytes than before. The parts keep the base
 * timestamp of the whole, to which each record's time is relative.
 *
 * @param records - as `RecordBatchBuilder` has written them; not valid any more afterwards
 */
export function splitRecords(
  records: Uint8Array,
  baseTimestamp: number,
  maxBytes: number,
): RecordsPart[] {
  const bytes = Buffer.from(records.buffer, records.byteOffset, records.byteLength)
  const parts: RecordsPart[] = []
  let part: RecordPlace[] = []
  for (const place of placesOf(bytes, baseTimestamp)) {
    if (part.length > 0 && place.end - part[0]!.start > maxBytes) {
      parts.push(renumbered(bytes, part))
      part = []
    }
    part.push(place)
  }
  if (part.length > 0) parts.push(renumbered(bytes, part))
  return parts
}

function renumbered(bytes: Buffer, places: readonly RecordPlace[]): RecordsPart {
  const { start } = places[0]!
  let to = start
  let maxTimestamp = -Infinity
  for (const [index, place] of places.entries()) {
    to = rewrite(bytes, to, place, index)
    maxTimestamp = Math.max(maxTimestamp, place.timestamp)
  }
  return { payload: bytes.subarray(start, to), count: places.length, maxTimestamp }
}
