import { types } from 'node:util'
import {
  describeError,
  type ErrorDescription,
  KafkaError,
  reasonOf,
  restoreError,
} from '@sluice/protocol'

/**
 * Makes descriptions of errors fit for another thread: a cause that is an Error of a library may hold what cannot be sent, so
 * its name and message alone cross. Descriptions that were one object stay one object.
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
  thrown(thrown: unknown): ErrorDescription | string {
    return thrown instanceof KafkaError ? this.of(describeError(thrown)) : reasonOf(thrown)
  }
}

/** The error that an answer describes. */
export function errorOf(failure: ErrorDescription | string): Error {
  return typeof failure === 'string' ? new Error(failure) : restoreError(failure)
}

function isError(cause: object): boolean {
  return cause instanceof Error || types.isNativeError(cause)
}

/** Its stack would name files of the other thread's one text. */
function plainError(error: unknown): Error {
  const plain = new Error(reasonOf(error))
  delete plain.stack
  return plain
}
