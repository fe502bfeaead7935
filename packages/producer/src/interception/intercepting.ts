import { BATCH_HEADER_BYTES, type KafkaError } from '@sluice/protocol'
import type { ProducerRuntime } from '../runtime.js'
import type { Transaction } from '../transactions/transaction.js'
import type { Serialized } from './intercepted-record.js'
import {
  InterceptedSending,
  type InterceptedSendingDeps,
  type SendingCalls,
} from './intercepted-sending.js'
import type { ProducerInterceptor } from './interceptor.js'
import { Interceptors } from './interceptors.js'
import { ReroutedTransaction } from './rerouted-transaction.js'

/** What interceptors work with. */
export interface InterceptingDeps {
  readonly maxRequestBytes: number
  /** Whether keys, and values, are for serializers, and so of any kind. */
  readonly serialized: Serialized
  readonly runtime: Pick<ProducerRuntime, 'logger' | 'setImmediate'>
  /** Takes the error of a record without a callback. */
  onUnhandled(error: KafkaError): void
}

/** Puts interceptors around what sends. A producer without interceptors has no object of this class. */
export class Intercepting {
  /**
   * What an intercepted record holds besides, in bytes: its copy, the state of an interceptor, a promise more with what awaits
   * it. The headers are the program's own.
   */
  static readonly moreBytes = 1_024
  readonly #deps: Omit<InterceptedSendingDeps, 'heard'>
  readonly #runtime: InterceptingDeps['runtime']

  constructor(all: readonly ProducerInterceptor[], deps: InterceptingDeps) {
    const { maxRequestBytes, serialized, runtime } = deps
    const { logger } = runtime
    const maxHeaderBytes = maxRequestBytes - BATCH_HEADER_BYTES
    const interceptors = new Interceptors(all, { maxHeaderBytes, serialized, logger })
    this.#deps = { interceptors, logger, onUnhandled: (error) => deps.onUnhandled(error) }
    this.#runtime = runtime
  }

  /** @param heard - whether a transaction hears of failures, too */
  sending(calls: SendingCalls, heard = false): SendingCalls {
    return new InterceptedSending(calls, { ...this.#deps, heard })
  }

  /** The commit tells of failures, so a promise of the transaction need not be awaited. */
  transaction(transaction: Transaction<unknown, unknown>): Transaction<unknown, unknown> {
    return new ReroutedTransaction(transaction, this.sending(transaction, true))
  }

  /** Resolves when all that has settled was acknowledged: the reactions of promises run before the next turn of the event loop. */
  acknowledged(): Promise<void> {
    return new Promise((resolve) => void this.#runtime.setImmediate(() => resolve()))
  }
}
