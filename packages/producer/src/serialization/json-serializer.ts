import { KafkaError } from '@sluice/protocol'
import { shown } from '../invalid.js'
import { placeOfMistake } from './json-mistake.js'
import type { Serializer } from './serializer.js'

/**
 * Writes values as JSON, as `JSON.stringify` does: of an object of a class its fields, or what its `toJSON` gives; fields that
 * are undefined, functions or symbols are left out. As `keySerializer` it leaves text as it is: with quotes around
 * it, a key would belong to another partition than the same key of another producer.
 *
 * @throws KafkaError SERIALIZATION_FAILED, within `serialize`, for what JSON does not have: a bigint and an object that holds itself,
 * with their path; undefined, a function or a symbol as the whole value
 */
export function jsonSerializer<T = unknown>(): JsonSerializer<T> {
  return { serialize: (_topic, data) => json(data), forKeys: () => forKeys }
}

/** A serializer that gives text at once. */
export interface JsonSerializer<T> extends Serializer<T> {
  /** @returns the text of the data */
  serialize(topic: string, data: T): string
  /** @returns a serializer that leaves text as it is */
  forKeys(): JsonSerializer<T>
}

const forKeys: JsonSerializer<unknown> = {
  serialize: (_topic, data) => (typeof data === 'string' ? data : json(data)),
  forKeys: () => forKeys,
}

function json(data: unknown): string {
  let text: string | undefined
  try {
    text = JSON.stringify(data)
  } catch (cause) {
    const place = placeOfMistake(data)
    throw place === null ? notJson('JSON.stringify threw', cause) : notJson(place)
  }
  if (text === undefined)
    throw notJson(
      `it is ${shown(data)}, or its toJSON gives such a value, and JSON has none of these`,
    )
  return text
}

function notJson(detail: string, cause?: unknown): KafkaError {
  return new KafkaError('SERIALIZATION_FAILED', detail, { cause, persisted: 'no' })
}
