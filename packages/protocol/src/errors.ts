import { brokerErrors, type ErrorRow, type Outcome } from './broker-errors.js'
import { clientErrors } from './client-errors.js'
import type { RecordMetadata } from './record.js'

/** Kafka's name of an error, or one of ours. */
export type ErrorCode = keyof typeof brokerErrors | keyof typeof clientErrors

/** What a {@link KafkaError} may carry besides its code and message. */
export interface KafkaErrorOptions {
  /** What was caught. */
  readonly cause?: unknown
  /** Of a record: is it in the log? */
  readonly persisted?: 'no' | 'possibly' | 'yes'
  /** The topic that the error is about. */
  readonly topic?: string
  /** The partition that the error is about. */
  readonly partition?: number
  /** How often the record was sent. */
  readonly attempts?: number
  /** The id of the broker it was sent to last. */
  readonly broker?: number
  /** One for each record, in input order. Only with `PARTIAL_FAILURE`. */
  readonly results?: readonly (RecordMetadata | KafkaError)[]
}

/** What makes an error ours in every copy of this package in the process. */
const brand = Symbol.for('@sluice/KafkaError')

/**
 * The one error class of Sluice. `message` is `CODE: detail`; it never holds contents of records or secrets.
 * `instanceof` holds across copies of this package (ESM and CommonJS, two versions).
 */
export class KafkaError extends Error {
  /** Kafka's name of the error, or ours. */
  readonly code: ErrorCode
  /** Of a record: is it in the log? Absent where the error is not about a record. */
  declare readonly persisted?: 'no' | 'possibly' | 'yes'
  /** The topic that the error is about. */
  declare readonly topic?: string
  /** The partition that the error is about. */
  declare readonly partition?: number
  /** How often the record was sent. */
  declare readonly attempts?: number
  /** The id of the broker it was sent to last. */
  declare readonly broker?: number
  /** One for each record, in input order. Only with `PARTIAL_FAILURE`. */
  declare readonly results?: readonly (RecordMetadata | KafkaError)[]

  /** @param detail - what happened, with the numbers; without it the one sentence of the code's row. */
  constructor(code: ErrorCode, detail?: string, options: KafkaErrorOptions = {}) {
    const { cause, ...fields } = options
    super(`${code}: ${detail ?? rowOf(code)[2]}`, cause === undefined ? undefined : { cause })
    this.code = code
    for (const [name, value] of Object.entries(fields)) {
      if (value !== undefined) Object.defineProperty(this, name, { value, enumerable: true })
    }
  }

  // Accessors, so that inspecting an error shows its code and fields and not five flags.

  /** `AbortError` for `ABORTED`, as the platform's own abortable calls have it; else `KafkaError`. */
  override get name(): string {
    return this.code === 'ABORTED' ? 'AbortError' : 'KafkaError'
  }

  /** The same thing, asked again later, may succeed. */
  get retriable(): boolean {
    return isRetriable(this.code)
  }

  /** The cluster has changed: metadata must be fetched before the next try. */
  get refreshMetadata(): boolean {
    return isRefreshMetadata(this.code)
  }

  /** The transaction must be aborted, after which the producer can go on. */
  get abortable(): boolean {
    return outcomeOf(this.code) === 'abort'
  }

  /** This producer can do nothing more; close it. */
  get fatal(): boolean {
    return outcomeOf(this.code) === 'fatal'
  }

  /** @internal */
  get [brand](): true {
    return true
  }

  /** True for a KafkaError of any copy of this package in the process. */
  static override [Symbol.hasInstance](value: unknown): value is KafkaError {
    return typeof value === 'object' && value !== null && brand in value
  }
}

/** What an error's message says behind its code: for a sentence that names the code itself. */
export function detailOf({ code, message }: Pick<KafkaError, 'code' | 'message'>): string {
  const prefix = `${code}: `
  return message.startsWith(prefix) ? message.slice(prefix.length) : message
}

/** The code of a broker's error number: null for 0 (none), `UNKNOWN_SERVER_ERROR` for a number we do not know. */
export function errorCodeOf(brokerCode: number): ErrorCode | null {
  if (brokerCode === 0) return null
  codesByNumber ??= new Map(
    Object.entries(brokerErrors).map(([code, row]) => [row[0], code as ErrorCode]),
  )
  return codesByNumber.get(brokerCode) ?? 'UNKNOWN_SERVER_ERROR'
}

/** Kafka's number of an error on the wire: 0 for null, and that of UNKNOWN_SERVER_ERROR (-1) for a code that is not Kafka's. */
export function errorNumberOf(code: ErrorCode | null): number {
  if (code === null) return 0
  const isOfKafka = Object.hasOwn(brokerErrors, code)
  return brokerErrors[isOfKafka ? (code as keyof typeof brokerErrors) : 'UNKNOWN_SERVER_ERROR'][0]
}

/** Every code, in an order that is the same wherever this version of the package runs: a number can stand for a code. */
export function errorCodes(): ErrorCode[] {
  return [...Object.keys(brokerErrors), ...Object.keys(clientErrors)] as ErrorCode[]
}

/** True where the same request may work in a moment, with or without fresh metadata. */
export function isRetriable(code: ErrorCode): boolean {
  const outcome = outcomeOf(code)
  return outcome === 'retry' || outcome === 'refresh'
}

/** True where metadata must be fetched before the next try. */
export function isRefreshMetadata(code: ErrorCode): boolean {
  return outcomeOf(code) === 'refresh'
}

let codesByNumber: Map<number, ErrorCode> | undefined

function rowOf(code: ErrorCode): ErrorRow {
  return code in brokerErrors
    ? brokerErrors[code as keyof typeof brokerErrors]
    : clientErrors[code as keyof typeof clientErrors]
}

function outcomeOf(code: ErrorCode): Outcome {
  return rowOf(code)[1]
}
