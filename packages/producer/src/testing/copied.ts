import type { FlatHeaders, HeaderValue, ProducerRecord, RecordHeaders } from '@sluice/protocol'
import type { Slip } from '../intake/pending-record.js'

/** The record as it was given: what it does not name is not there, and bytes are copies. */
export function copied(slip: Slip): ProducerRecord {
  const { record: given, topic, value, givenKey, named, timestamp, headers } = slip
  return {
    topic: topic.name,
    ...(given.key === undefined ? {} : { key: bytesCopied(givenKey) }),
    value: bytesCopied(value),
    ...(named === undefined ? {} : { partition: named }),
    ...(given.timestamp === undefined ? {} : { timestamp }),
    ...(headers === null ? {} : { headers: headersCopied(given.headers!, headers) }),
  }
}

/** An object stays an object; all else becomes a list of pairs, since an iterable can be read only once. */
function headersCopied(given: RecordHeaders, flat: FlatHeaders): RecordHeaders {
  if (!(Symbol.iterator in given)) return structuredClone(given)
  return Array.from({ length: flat.length / 2 }, (_, at): [string, HeaderValue] => [
    flat[2 * at] as string,
    bytesCopied(flat[2 * at + 1]!),
  ])
}

function bytesCopied(field: HeaderValue): HeaderValue {
  return field instanceof Uint8Array ? new Uint8Array(field) : field
}
