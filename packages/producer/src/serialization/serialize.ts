import {
  detailOf,
  type HeaderValue,
  isBytes,
  KafkaError,
  type RecordContent,
} from '@sluice/protocol'
import { typeName } from '../invalid.js'
import { isThenable } from '../returned-promise.js'
import type { Serializer } from './serializer.js'

/** What a serializer makes. */
export type Field = 'key' | 'value'

/** What a serializer is given beside the data. */
export interface Surroundings {
  readonly topic: string
  readonly headers: readonly (readonly [string, HeaderValue])[]
}

/**
 * Calls a serializer once, and checks what it gives.
 *
 * @returns what is written, or a promise of it, which rejects as this function throws
 * @throws KafkaError SERIALIZATION_FAILED
 */
export function serialize(
  field: Field,
  serializer: Serializer<unknown>,
  data: unknown,
  { topic, headers }: Surroundings,
): RecordContent | Promise<RecordContent> {
  let made: unknown
  try {
    made = serializer.serialize(topic, data, headers)
  } catch (thrown) {
    throw failed(field, topic, thrown)
  }
  if (isContent(made) || !isThenable(made)) return checked(field, topic, made)
  const promise = settled(field, topic, made)
  // Where the record fails of something else, nobody asks for it any more.
  promise.catch(() => {})
  return promise
}

async function settled(
  field: Field,
  topic: string,
  made: PromiseLike<unknown>,
): Promise<RecordContent> {
  let result: unknown
  try {
    result = await made
  } catch (reason) {
    throw failed(field, topic, reason)
  }
  return checked(field, topic, result)
}

function checked(field: Field, topic: string, made: unknown): RecordContent {
  if (isContent(made)) return made
  const detail = `the ${field} serializer gave what is ${typeName(made)} for topic ${topic}; it must give a string, a Uint8Array or null, or a promise of one`
  throw new KafkaError('SERIALIZATION_FAILED', detail, { topic, persisted: 'no' })
}

function isContent(made: unknown): made is RecordContent {
  return typeof made === 'string' || made === null || isBytes(made)
}

/** A serializer that throws our own error has chosen its words. Those of others may hold contents of the record. */
function failed(field: Field, topic: string, cause: unknown): KafkaError {
  const ownWords =
    cause instanceof KafkaError && cause.code === 'SERIALIZATION_FAILED'
      ? `: ${detailOf(cause)}`
      : ''
  const detail = `the ${field} serializer failed for topic ${topic}${ownWords}`
  return new KafkaError('SERIALIZATION_FAILED', detail, { topic, persisted: 'no', cause })
}
