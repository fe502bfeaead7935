import { KafkaError, type RecordMetadata } from '@sluice/protocol'
import type { AbortOptions } from '../delivery/abort-signal.js'
import type { DeliveryCallback } from '../delivery/delivery-callback.js'
import type { GivenRecord } from '../intake/given-record.js'
import { Rejections } from '../returned-promise.js'
import type { Logger } from '../runtime.js'
import type { Transaction } from '../transactions/transaction.js'
import type { Interception } from './interception.js'
import type { Interceptors } from './interceptors.js'

/** The calls that send, of a producer or of a transaction. */
export type SendingCalls = Pick<Transaction<unknown, unknown>, 'send' | 'sendMany' | 'enqueue'>

/** What the calls of an intercepted producer work with. */
export interface InterceptedSendingDeps {
  readonly interceptors: Interceptors
  readonly logger: Logger
  /** Takes the error of a record without a callback. */
  onUnhandled(error: KafkaError): void
  /** Whether the transaction hears of failures, too: then a promise that is not awaited is no unhandled rejection. */
  readonly heard: boolean
}

/** Puts interceptors around the calls that send. What they are told comes from what the caller is about to hear. */
export class InterceptedSending implements SendingCalls {
  readonly #inner: SendingCalls
  readonly #deps: InterceptedSendingDeps
  readonly #rejections: Rejections

  constructor(inner: SendingCalls, deps: InterceptedSendingDeps) {
    this.#inner = inner
    this.#deps = deps
    this.#rejections = new Rejections(deps.logger)
  }

  send(record: GivenRecord, options?: AbortOptions): Promise<RecordMetadata> {
    return this.#heard(this.#send(record, options))
  }

  sendMany(records: readonly GivenRecord[], options?: AbortOptions): Promise<RecordMetadata[]> {
    if (!Array.isArray(records)) return this.#inner.sendMany(records, options)
    return this.#heard(this.#sendMany(records, options))
  }

  enqueue<C = undefined>(
    record: GivenRecord,
    onDelivery?: DeliveryCallback<C>,
    context?: C,
  ): boolean {
    const interception = this.#deps.interceptors.begin(record)
    try {
      // What is no callback is refused and counted as without interceptors, and dooms a transaction.
      if (onDelivery !== undefined && typeof onDelivery !== 'function')
        return this.#inner.enqueue(interception.takeRecord(), onDelivery)
      interception.callback = onDelivery as DeliveryCallback<unknown> | undefined
      interception.context = context
      return this.#inner.enqueue(interception.takeRecord(), this.#deliver, interception)
    } catch (error) {
      interception.failed(error)
      throw error
    }
  }

  /** By `await`, so that the stack of an error shows who awaits the promise. */
  async #send(record: GivenRecord, options?: AbortOptions): Promise<RecordMetadata> {
    const interception = this.#deps.interceptors.begin(record)
    let metadata: RecordMetadata
    try {
      metadata = await this.#inner.send(interception.takeRecord(), options)
    } catch (error) {
      interception.failed(error)
      throw error
    }
    interception.acknowledged(metadata)
    return metadata
  }

  /** By the length of the array, not by an iterator of its own, which need not end. */
  async #sendMany(
    records: readonly GivenRecord[],
    options?: AbortOptions,
  ): Promise<RecordMetadata[]> {
    const { interceptors } = this.#deps
    const { length } = records
    const all = Array.from({ length }, (_, at) => interceptors.begin(records[at]!))
    let results: RecordMetadata[]
    try {
      const sent = all.map((interception) => interception.takeRecord())
      results = await this.#inner.sendMany(sent, options)
    } catch (error) {
      const ends = error instanceof KafkaError ? error.results : undefined
      all.forEach((interception, at) => tellEnd(interception, ends?.[at], error))
      throw error
    }
    all.forEach((interception, at) => interception.acknowledged(results[at]!))
    return results
  }

  /** One function for all records, so that none needs a closure. */
  readonly #deliver: DeliveryCallback<Interception> = (error, metadata, interception) => {
    const { callback, context } = interception
    if (error !== null) interception.failed(error)
    else if (metadata !== null) interception.acknowledged(metadata)
    if (callback !== undefined) {
      const returned: unknown = callback(error, metadata, context)
      this.#rejections.hear('A delivery callback', callback, returned)
    } else if (error !== null) this.#deps.onUnhandled(error)
  }

  #heard<T>(promise: Promise<T>): Promise<T> {
    if (this.#deps.heard) promise.catch(ignore)
    return promise
  }
}

/** @param failure - of the call, which is that of each record where none has an end of its own */
function tellEnd(
  interception: Interception,
  end: RecordMetadata | KafkaError | undefined,
  failure: unknown,
): void {
  if (end === undefined) interception.failed(failure)
  else if (end instanceof KafkaError) interception.failed(end)
  else interception.acknowledged(end)
}

function ignore(): void {}
