import { KafkaError, type ProducerRecord, printable } from '@sluice/protocol'

/** Kafka's own rule for topic names. */
const legalTopic = /^[a-zA-Z0-9._-]{1,249}$/

/** @throws KafkaError INVALID_ARGUMENT that names the field, never its contents */
export function checkRecord(record: ProducerRecord): void {
  if (typeof record !== 'object' || record === null)
    throw invalid('a record is an object with topic and value')
  const { key, value, partition, timestamp } = record
  if (!isBytesOrText(value) && value !== null) throw invalid(wrongType('value', value))
  if (key !== undefined && key !== null && !isBytesOrText(key)) throw invalid(wrongType('key', key))
  if (partition !== undefined && !isCount(partition))
    throw invalid(`partition is ${String(partition)}; give an integer from 0 on`)
  if (timestamp !== undefined && !isCount(timestamp))
    throw invalid(`timestamp is ${String(timestamp)}; give whole milliseconds since 1970`)
}

/** Once a topic, not once a record. @throws KafkaError INVALID_TOPIC_EXCEPTION */
export function checkTopic(topic: unknown): asserts topic is string {
  if (typeof topic !== 'string') throw invalid(`topic is ${typeName(topic)}; give its name`)
  if (legalTopic.test(topic) && topic !== '.' && topic !== '..') return
  const detail = `"${printable(topic)}" is not a legal topic name: 1 to 249 of a-z, A-Z, 0-9, ".", "_", "-"`
  throw new KafkaError('INVALID_TOPIC_EXCEPTION', detail, { persisted: 'no' })
}

function isBytesOrText(field: unknown): boolean {
  return typeof field === 'string' || field instanceof Uint8Array
}

function isCount(field: unknown): boolean {
  return Number.isSafeInteger(field) && (field as number) >= 0
}

function wrongType(name: string, field: unknown): string {
  return `${name} is ${typeName(field)}; give a string, a Uint8Array or null`
}

function typeName(field: unknown): string {
  return Array.isArray(field) ? 'an array' : `of type ${typeof field}`
}

function invalid(detail: string): KafkaError {
  return new KafkaError('INVALID_ARGUMENT', detail, { persisted: 'no' })
}
