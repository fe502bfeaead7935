import {
  describeError,
  type ErrorDescription,
  KafkaError,
  reasonOf,
  restoreError,
} from '@sluice/protocol'
import { errorAgain, isError, type PlainError, plainError } from './plain-errors.js'

/**
 * Makes descriptions of errors fit for another thread: a cause that is an Error of a library may hold what cannot be sent, and
 * a copy of it as the platform makes it would lose its code. Descriptions that were one object stay one object.
 */
export class CrossingErrors {
  readonly #known = new WeakMap<ErrorDescription, ErrorDescription>()

  /** The description, or a copy of it that can be sent. */
  of(description: ErrorDescription): ErrorDescription {
    const { cause } = description
    if (typeof cause !== 'object' || cause === null) return description
    const before = this.#known.get(description)
    if (before !== undefined) return before
    const crossing = isError(cause) ? plainError(cause) : this.of(cause as ErrorDescription)
    const copy = { ...description, cause: crossing }
    this.#known.set(description, copy)
    return copy
  }

  /** What was thrown, for an answer. */
  thrown(thrown: unknown): ErrorDescription | PlainError {
    if (thrown instanceof KafkaError) return this.of(describeError(thrown))
    return plainError(isError(thrown) ? thrown : new Error(reasonOf(thrown)))
  }
}

/** The error that an answer describes. */
export function errorOf(failure: ErrorDescription | PlainError): Error {
  return isPlain(failure) ? errorAgain(failure) : restoreError(arrived(failure))
}

/** The description that has crossed, with its cause as it was. It is changed where it is, so that what shares it still does. */
export function arrived(description: ErrorDescription): ErrorDescription {
  const { cause } = description
  if (typeof cause !== 'object' || cause === null || isError(cause)) return description
  const again = isPlain(cause) ? errorAgain(cause) : arrived(cause as ErrorDescription)
  return Object.assign(description, { cause: again })
}

function isPlain(cause: object): cause is PlainError {
  return 'type' in cause && cause.type === 'error'
}
