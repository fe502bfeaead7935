import { KafkaError } from '../errors.js'
import type { HeaderValue, RecordHeaders } from '../record.js'

/** Headers as they are written: name, value, name, value … The names are strings. */
export type FlatHeaders = readonly HeaderValue[]

/**
 * Checks and flattens the headers of a record. A Map is a list of pairs; of an object the own enumerable string
 * keys count, and a name with an array of values is repeated.
 *
 * @throws KafkaError INVALID_ARGUMENT where a name is no string, or a value neither string, bytes nor null; the
 * message names the place and the type, never the contents
 */
export function flattenHeaders(headers: RecordHeaders): FlatHeaders {
  const given: unknown = headers
  if (typeof given !== 'object' || given === null) throw invalid('headers', given)
  const flat: HeaderValue[] = []
  if (isIterable(given)) addPairs(flat, given)
  else addEntries(flat, given)
  return flat
}

function addPairs(flat: HeaderValue[], pairs: Iterable<unknown>): void {
  let index = 0
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) throw invalid(`header ${index}`, pair)
    addHeader(flat, index, pair[0], pair[1])
    index++
  }
}

function addEntries(flat: HeaderValue[], entries: object): void {
  Object.entries(entries).forEach(([name, value], index) => {
    if (!Array.isArray(value)) addHeader(flat, index, name, value)
    else for (const one of value) addHeader(flat, index, name, one)
  })
}

function addHeader(flat: HeaderValue[], index: number, name: unknown, value: unknown): void {
  if (typeof name !== 'string') throw invalid(`the name of header ${index}`, name)
  if (typeof value !== 'string' && value !== null && !(value instanceof Uint8Array)) {
    throw invalid(`the value of header ${index}`, value)
  }
  flat.push(name, value)
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value
}

function invalid(what: string, value: unknown): KafkaError {
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  return new KafkaError('INVALID_ARGUMENT', `${what} cannot be of type ${type}`, {
    persisted: 'no',
  })
}
