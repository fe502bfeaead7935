import { KafkaError } from '../errors.js'
import { isBytes, plainBytes } from '../primitives/bytes.js'
import type { HeaderValue, RecordHeaders } from '../record.js'
import { printable } from '../text/printable.js'

/** Headers as they are written: name, value, name, value … The names are strings. */
export type FlatHeaders = readonly HeaderValue[]

/**
 * Checks and flattens the headers of a record. A Map is a list of pairs; of an object the own enumerable string
 * keys count, and a name with an array of values is repeated.
 *
 * @param maxBytes - headers that take more are refused, before all of them are read
 * @throws KafkaError INVALID_ARGUMENT where a name is no string, a value neither string, bytes nor null, or the headers are
 * an object of another kind, such as a promise; RECORD_TOO_LARGE over `maxBytes`. The message names the header and the type,
 * never the value.
 */
export function flattenHeaders(headers: RecordHeaders, maxBytes = Infinity): FlatHeaders {
  const given: unknown = headers
  if (typeof given !== 'object' || given === null) throw invalid('headers are', given, shapes)
  const list = new HeaderList(maxBytes)
  if (Symbol.iterator in given) addPairs(list, given as Iterable<unknown>)
  else addEntries(list, given)
  return list.flat
}

class HeaderList {
  readonly flat: HeaderValue[] = []
  readonly #maxBytes: number
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  add(index: number, name: unknown, value: unknown): void {
    if (typeof name !== 'string') throw invalid(`the name of header ${index} is`, name, 'a string')
    if (isBytes(value)) this.#push(name, plainBytes(value))
    else if (typeof value === 'string' || value === null) this.#push(name, value)
    else throw invalid(`header ${index} "${printable(name, 60)}" is`, value, values)
  }

  #push(name: string, value: HeaderValue): void {
    // At least so many: a unit of text takes a byte or more, and each of the two lengths takes one.
    this.#bytes += 2 + name.length + (value === null ? 0 : value.length)
    if (this.#bytes > this.#maxBytes) throw tooLarge(this.flat.length / 2, this.#maxBytes)
    this.flat.push(name, value)
  }
}

function addPairs(list: HeaderList, pairs: Iterable<unknown>): void {
  let index = 0
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2)
      throw invalid(`header ${index} is`, pair, 'a pair: [name, value]')
    list.add(index, pair[0], pair[1])
    index++
  }
}

function addEntries(list: HeaderList, fields: object): void {
  const entries = Object.entries(fields)
  if (entries.length === 0) checkEmpty(fields)
  entries.forEach(([name, value], index) => {
    if (!Array.isArray(value)) list.add(index, name, value)
    else for (const one of value) list.add(index, name, one)
  })
}

/** An object of a class that has no field holds its contents elsewhere: it is something else than headers. */
function checkEmpty(fields: object): void {
  const prototype: unknown = Object.getPrototypeOf(fields)
  // The plain objects of every realm have a prototype without a prototype.
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return
  if (typeof (fields as { then?: unknown }).then === 'function')
    throw invalidHeaders('headers are a promise; await it, and give what it resolves to')
  if (Symbol.asyncIterator in fields)
    throw invalidHeaders(
      'headers are an asynchronous iterable; gather it in an array of pairs, and give that',
    )
  const { name } = (fields as { constructor?: { name?: unknown } }).constructor ?? {}
  const kind = typeof name === 'string' && name !== '' ? printable(name, 60) : 'object'
  throw invalidHeaders(`headers are a ${kind} without fields; give ${shapes}`)
}

const shapes = 'an object of names and values, or a list of pairs'
const values = 'a string, a Uint8Array or null'

function invalid(what: string, value: unknown, wanted: string): KafkaError {
  const type =
    value === null ? 'null' : Array.isArray(value) ? 'an array' : `of type ${typeof value}`
  return invalidHeaders(`${what} ${type}; give ${wanted}`)
}

function invalidHeaders(detail: string): KafkaError {
  return new KafkaError('INVALID_ARGUMENT', detail, { persisted: 'no' })
}

function tooLarge(count: number, maxBytes: number): KafkaError {
  const detail = `after ${count} headers the headers are over the ${maxBytes} bytes that maxRequestBytes leaves to a record, counted before compression; send fewer or smaller headers`
  return new KafkaError('RECORD_TOO_LARGE', detail, { persisted: 'no' })
}
