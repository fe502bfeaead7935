import { types } from 'node:util'
import { reasonOf } from '@sluice/protocol'

/** An Error of a library or of Node as plain data. */
export interface PlainError {
  readonly type: 'error'
  /** The class that it is of, as far as JavaScript has that class itself. */
  readonly name: string
  readonly message: string
  /** All that was hung on it and is a text, a number or the like: `code`, `syscall`, `address`. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly cause?: PlainError
  /** Of an AggregateError. */
  readonly errors?: readonly PlainError[]
}

/** Causes of causes, and errors of an AggregateError, that cross. */
const most = { deep: 8, wide: 16 }

export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value)
}

/** Whatever a library has hung on the error, the result can be sent. */
export function plainError(error: Error, depth = 0): PlainError {
  try {
    const { name, message, cause, errors } = error as Partial<AggregateError>
    const inner = (value: unknown): PlainError[] =>
      isError(value) && depth < most.deep ? [plainError(value, depth + 1)] : []
    const [ofCause] = inner(cause)
    return {
      type: 'error',
      name: String(name),
      message: String(message),
      fields: sendableFields(error),
      ...(ofCause && { cause: ofCause }),
      ...(Array.isArray(errors) && { errors: errors.slice(0, most.wide).flatMap(inner) }),
    }
  } catch {
    // A getter that throws.
    return { type: 'error', name: 'Error', message: reasonOf(error), fields: {} }
  }
}

/** The error again, without a stack: that would name files of the other thread's one text. */
export function errorAgain({ name, message, fields, cause, errors }: PlainError): Error {
  const options = cause === undefined ? undefined : { cause: errorAgain(cause) }
  const error = errors
    ? new AggregateError(errors.map(errorAgain), message, options)
    : new (native.get(name) ?? Error)(message, options)
  delete error.stack
  if (error.name !== name)
    Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true })
  return Object.assign(error, fields)
}

const native = new Map(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((of) => [
    of.name,
    of,
  ]),
)

function sendableFields(error: Error): Record<string, unknown> {
  const sendable = Object.entries(error).filter(
    ([name, value]) => !known.has(name) && !unsendable.has(typeof value),
  )
  return Object.fromEntries(sendable)
}

const known = new Set(['name', 'message', 'stack', 'cause', 'errors'])
const unsendable = new Set(['object', 'function', 'symbol', 'undefined'])
