import {
  byteLengthOf,
  type FlatHeaders,
  flattenHeaders,
  isBytes,
  isPlainBytes,
  KafkaError,
  plainBytes,
  printable,
  type RecordContent,
} from '@sluice/protocol'
import { invalidArgument, shown, typeName } from '../invalid.js'
import type { GivenRecord } from './given-record.js'
import { misspelt } from './misspelt-record.js'

/** Kafka's own rule for topic names. */
const legalTopic = /^[a-zA-Z0-9._-]{1,249}$/

/** The fields of a record, each as the caller gave it or with its default. */
export interface RecordFields extends Contents {
  timestamp: number
  /** The partition that the record names. */
  givenPartition: number | undefined
}

/** The same before serializers have been asked. */
type GivenFields = Omit<RecordFields, 'givenKey' | 'value'> & {
  givenKey: unknown
  value: unknown
}

/** The fields that hold contents. */
export interface Contents {
  givenKey: RecordContent
  value: RecordContent
  headers: FlatHeaders | null
}

/**
 * Reads each field of a record once and checks it, so that nothing the object says later can spoil a batch.
 *
 * @param maxBytes - of the headers
 * @returns the topic's name, unchecked
 * @throws KafkaError INVALID_ARGUMENT that names the field, never its contents; RECORD_TOO_LARGE; and what a
 * getter or an iterator throws
 */
export function readRecord(
  to: RecordFields,
  record: GivenRecord,
  now: number,
  maxBytes: number,
): string {
  const topic = readFields(to, record, now, maxBytes)
  checkContents(to)
  return topic
}

/** The same, but key and value are not checked: they may be for a serializer. */
export function readFields(
  to: GivenFields,
  record: GivenRecord,
  now: number,
  maxBytes: number,
): string {
  if (typeof record !== 'object' || record === null)
    throw invalidArgument(
      `a record is an object with topic and value, and this is ${typeName(record)}`,
    )
  const { topic, key = null, value, partition, timestamp = now, headers } = record
  if (value === undefined || topic === undefined) throw misspelt(record)
  if (partition !== undefined && !isCount(partition))
    throw invalidArgument(`partition is ${shown(partition)}; give an integer from 0 on`)
  if (!isCount(timestamp))
    throw invalidArgument(`timestamp is ${shown(timestamp)}; give whole milliseconds since 1970`)
  to.headers = headers === undefined ? null : flattenHeaders(headers, maxBytes)
  to.timestamp = timestamp
  to.givenPartition = partition
  to.value = value
  to.givenKey = key
  return topic
}

/**
 * Checks key, value and headers, and puts plain bytes in the place of others; after a wait once more, for their memory may
 * have been transferred to another thread.
 *
 * @throws KafkaError INVALID_ARGUMENT
 */
export function checkContents(fields: Contents): void {
  const { givenKey, value, headers } = fields
  if (!isPlain(value)) fields.value = plain('value', value)
  if (!isPlain(givenKey)) fields.givenKey = plain('key', givenKey)
  if (headers !== null) checkHeaders(headers)
}

function checkHeaders(headers: FlatHeaders): void {
  for (let at = 0; at < headers.length; at++)
    if (!isPlain(headers[at]) && !isThere(headers[at]))
      throw invalidArgument(
        wrongContent(`header "${printable(headers[at - 1] as string, 60)}"`, headers[at]),
      )
}

/** Checked once for each topic, not for each record. @throws KafkaError INVALID_ARGUMENT, INVALID_TOPIC_EXCEPTION */
export function checkTopic(topic: unknown): asserts topic is string {
  if (typeof topic !== 'string') throw invalidArgument(`topic is ${typeName(topic)}; give its name`)
  if (legalTopic.test(topic) && topic !== '.' && topic !== '..') return
  const detail = `"${printable(topic)}" is not a legal topic name: 1 to 249 of a-z, A-Z, 0-9, ".", "_", "-"`
  throw new KafkaError('INVALID_TOPIC_EXCEPTION', detail, { persisted: 'no' })
}

/** What makes other keys and values into these. */
const serializers: Readonly<Record<string, string>> = {
  key: 'a keySerializer such as jsonSerializer()',
  value: 'a valueSerializer such as jsonSerializer()',
}

function isPlain(field: unknown): field is string | Uint8Array | null {
  return typeof field === 'string' || field === null || isPlainBytes(field)
}

function plain(name: string, field: unknown): Uint8Array {
  if (isThere(field)) return plainBytes(field)
  throw invalidArgument(wrongContent(name, field))
}

function isThere(field: unknown): field is Uint8Array {
  return isBytes(field) && (byteLengthOf(field) > 0 || isAttached(field))
}

const nothing = new Uint8Array(0)

/** Bytes whose memory was transferred or cut off have the length 0, as empty bytes do. Only a copy tells them apart. */
function isAttached(bytes: Uint8Array): boolean {
  try {
    nothing.set(bytes)
    return true
  } catch {
    return false
  }
}

function isCount(field: unknown): boolean {
  return Number.isSafeInteger(field) && (field as number) >= 0
}

function wrongContent(name: string, field: unknown): string {
  if (isBytes(field))
    return `the bytes of ${name} are gone: their memory was transferred or cut off; give a copy`
  const wrong = `${name} is ${typeName(field)}; give a string, a Uint8Array or null`
  return name in serializers ? `${wrong}, or give the producer ${serializers[name]}` : wrong
}
