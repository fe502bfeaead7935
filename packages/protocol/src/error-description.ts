import { detailOf, KafkaError, type ErrorCode, type KafkaErrorOptions } from './errors.js'
import { isError } from './text/printable.js'

/** A {@link KafkaError} as plain data that survives `structuredClone`. */
export interface ErrorDescription {
  /** The error's code. */
  readonly code: ErrorCode
  /** The error's message, which begins with the code. */
  readonly message: string
  /** Of a record: is it in the log? */
  readonly persisted?: 'no' | 'possibly' | 'yes'
  /** The topic that the error is about. */
  readonly topic?: string
  /** The partition that the error is about. */
  readonly partition?: number
  /** How often the record was sent. */
  readonly attempts?: number
  /** The id of the broker to which it was sent last. */
  readonly broker?: number
  /** A described KafkaError, another Error, or a primitive. */
  readonly cause?: unknown
}

/** The error as data; `results` are left out. A cause that is neither an Error nor a primitive is left out. */
export function describeError(error: KafkaError): ErrorDescription {
  const { code, message, persisted, topic, partition, attempts, broker } = error
  const cause = describeCause(error.cause)
  return withoutUndefined({ code, message, persisted, topic, partition, attempts, broker, cause })
}

/**
 * The error that {@link describeError} described, with a stack of its own.
 *
 * @param known - the errors that were restored before, by their descriptions. An error or a cause that stands there is not
 * made again, and one that is made joins them. The default is none.
 */
export function restoreError(
  description: ErrorDescription,
  known: WeakMap<ErrorDescription, KafkaError> = new WeakMap(),
): KafkaError {
  const before = known.get(description)
  if (before !== undefined) return before
  const { code, message: _, cause, ...fields } = description
  const options: KafkaErrorOptions = { ...fields, cause: restoreCause(cause, known) }
  const error = new KafkaError(code, detailOf(description), options)
  known.set(description, error)
  return error
}

function describeCause(cause: unknown): unknown {
  try {
    if (cause instanceof KafkaError) return describeError(cause)
    if (isError(cause)) return cause
  } catch {
    // A plugin may have thrown a proxy that answers nothing.
    return undefined
  }
  return isPrimitive(cause) ? cause : undefined
}

/** Of objects only Errors and descriptions are let through by `describeCause`. */
function restoreCause(cause: unknown, known: WeakMap<ErrorDescription, KafkaError>): unknown {
  if (isPrimitive(cause) || isError(cause)) return cause
  return restoreError(cause as ErrorDescription, known)
}

function isPrimitive(value: unknown): boolean {
  return value === null || !['object', 'function', 'symbol'].includes(typeof value)
}

function withoutUndefined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
}
