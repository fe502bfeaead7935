import { Buffer } from 'node:buffer'
import { placesOf, type RecordsPart, rewrite } from './record-places.js'

/**
 * Takes records out of a batch. At least one must be left.
 *
 * In place: those that are left move together and count from 0 again, which takes no more bytes than before. They keep the
 * base timestamp of the batch, to which each record's time is relative.
 *
 * @param records - as `RecordBatchBuilder` has written them; not valid any more afterwards
 * @param isRemoved - whether the record at this index goes
 */
export function removeRecords(
  records: Uint8Array,
  baseTimestamp: number,
  isRemoved: (index: number) => boolean,
): RecordsPart {
  const bytes = Buffer.from(records.buffer, records.byteOffset, records.byteLength)
  let index = 0
  let count = 0
  let to = 0
  let maxTimestamp = -Infinity
  for (const place of placesOf(bytes, baseTimestamp)) {
    if (isRemoved(index++)) continue
    to = rewrite(bytes, to, place, count++)
    maxTimestamp = Math.max(maxTimestamp, place.timestamp)
  }
  return { payload: bytes.subarray(0, to), count, maxTimestamp }
}
