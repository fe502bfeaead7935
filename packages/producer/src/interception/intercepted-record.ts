import { type FlatHeaders, flattenHeaders, type HeaderValue } from '@sluice/protocol'
import { checkTopic, type RecordFields, readRecord } from '../intake/check-record.js'
import type { GivenRecord } from '../intake/given-record.js'
import { invalidArgument, typeName } from '../invalid.js'
import { hearRejection, isThenable } from '../returned-promise.js'
import type { InterceptedRecord } from './interceptor.js'

/**
 * A frozen copy of the record, each field read once.
 *
 * @param maxBytes - of the headers
 * @returns null where it has no topic or no value: it is no record
 * @throws KafkaError for headers that are not valid, and what a getter or an iterator throws
 */
export function interceptedRecord(record: GivenRecord, maxBytes: number): InterceptedRecord | null {
  if (typeof record !== 'object' || record === null) return null
  const { topic, key, value, partition, timestamp, headers } = record
  if (topic === undefined || value === undefined) return null
  return Object.freeze({
    topic,
    ...(key === undefined ? {} : { key }),
    value,
    ...(partition === undefined ? {} : { partition }),
    ...(timestamp === undefined ? {} : { timestamp }),
    headers: headers === undefined ? noHeaders : pairsOf(flattenHeaders(headers, maxBytes)),
  })
}

/** Whether keys, and values, are for serializers. */
export interface Serialized {
  readonly key: boolean
  readonly value: boolean
}

/** What a record of an interceptor must keep to. */
export interface RecordRules {
  readonly maxHeaderBytes: number
  readonly serialized: Serialized
}

/**
 * What `onSend` has given, checked as a record that is sent, so that a mistake of an interceptor harms no record.
 *
 * @param before - what `onSend` was given
 * @throws KafkaError INVALID_ARGUMENT, INVALID_TOPIC_EXCEPTION, RECORD_TOO_LARGE, which name the mistake, never contents
 */
export function returnedRecord(
  returned: unknown,
  before: InterceptedRecord,
  rules: RecordRules,
): InterceptedRecord {
  if (returned === before) return before
  if (isThenable(returned)) {
    hearRejection(returned, () => {})
    throw invalidArgument('it gave a promise, and must give the record itself, at once')
  }
  const record = interceptedRecord(returned as GivenRecord, rules.maxHeaderBytes)
  if (record === null)
    throw invalidArgument(`it gave no record but what is ${typeName(returned)}; return the record`)
  checkRecord(record, before, rules.serialized)
  return record
}

/**
 * Takes the place of a record that has thrown while it was read, and throws the same again. The record itself is not read twice:
 * what is left of an iterator of headers would pass for all of them.
 */
export function unreadableRecord(thrown: unknown): GivenRecord {
  return {
    get topic(): string {
      throw thrown
    },
    value: null,
  }
}

/** What interceptors are told of a record that is refused before they have seen it. It may be anything. */
export function refusedRecord(record: GivenRecord): Pick<InterceptedRecord, 'topic' | 'headers'> {
  try {
    return { topic: record?.topic, headers: noHeaders }
  } catch {
    return { topic: '', headers: noHeaders }
  }
}

/** The headers were checked when they were read. */
function checkRecord(
  { topic, key = null, ...record }: InterceptedRecord,
  before: InterceptedRecord,
  serialized: Serialized,
): void {
  if (topic !== before.topic) checkTopic(topic)
  const value = serialized.value ? null : record.value
  readRecord(
    scratch(),
    { ...record, topic, key: serialized.key ? null : key, value, headers: noHeaders },
    0,
    0,
  )
}

function scratch(): RecordFields {
  return { givenKey: null, value: null, headers: null, timestamp: 0, givenPartition: undefined }
}

const noHeaders: InterceptedRecord['headers'] = Object.freeze([])

function pairsOf(flat: FlatHeaders): InterceptedRecord['headers'] {
  const pairs: (readonly [string, HeaderValue])[] = []
  for (let at = 0; at < flat.length; at += 2)
    pairs.push(Object.freeze([flat[at] as string, flat[at + 1]!] as const))
  return Object.freeze(pairs)
}
