import type { Attributes } from '@opentelemetry/api'
import type { InterceptedRecord } from '@sluice/producer'
import { attribute, operation, system } from './conventions.js'
import type { TracingOptions } from './tracing-options.js'

/** A record, or as much as is known of a record that could not be read. */
type Named = Pick<InterceptedRecord, 'topic'> & Partial<InterceptedRecord>

/** `send {topic}`, or `send` where the topic has no name that could be read. */
export function spanName({ topic }: Named): string {
  return isName(topic) ? `${operation} ${topic}` : operation
}

/** What is known of a record before it is sent: samplers judge by it. A plain caller may have given anything. */
export function attributesAtStart(
  { topic, partition, key, value }: Named,
  { clientId, recordKeys = false }: TracingOptions,
): Attributes {
  const attributes: Attributes = {
    [attribute.system]: system,
    [attribute.operationName]: operation,
    [attribute.operationType]: operation,
  }
  if (isName(topic)) attributes[attribute.destinationName] = topic
  if (clientId !== undefined) attributes[attribute.clientId] = clientId
  if (typeof partition === 'number') attributes[attribute.partitionId] = String(partition)
  if (value === null) attributes[attribute.tombstone] = true
  if (recordKeys && typeof key === 'string') attributes[attribute.key] = key
  return attributes
}

function isName(topic: unknown): topic is string {
  return typeof topic === 'string' && topic !== ''
}
