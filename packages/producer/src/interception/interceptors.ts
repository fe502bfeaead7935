import { printableThrown } from '@sluice/protocol'
import type { GivenRecord } from '../intake/given-record.js'
import { hearRejection } from '../returned-promise.js'
import type { Logger } from '../runtime.js'
import {
  interceptedRecord,
  type RecordRules,
  refusedRecord,
  returnedRecord,
  unreadableRecord,
} from './intercepted-record.js'
import { type AcknowledgementListener, Interception } from './interception.js'
import type {
  InterceptedRecord,
  ProducerInterceptor,
  RecordAcknowledgement,
} from './interceptor.js'

type Method = keyof ProducerInterceptor

/** What interceptors are called with. */
export interface InterceptorsDeps extends RecordRules {
  readonly logger: Logger
}

/** Calls the interceptors of a producer. Nothing that one of them throws or gives harms a record. */
export class Interceptors implements AcknowledgementListener {
  readonly #all: readonly ProducerInterceptor[]
  readonly #deps: InterceptorsDeps
  /** The methods whose failure was logged, as text. */
  readonly #logged = new Set<string>()

  constructor(all: readonly ProducerInterceptor[], deps: InterceptorsDeps) {
    this.#all = all
    this.#deps = deps
  }

  /** Shows the record to each `onSend`. */
  begin(given: GivenRecord): Interception {
    const states = this.#all.map(() => ({}))
    let read: InterceptedRecord | null
    try {
      read = interceptedRecord(given, this.#deps.maxHeaderBytes)
    } catch (thrown) {
      return new Interception(this, unreadableRecord(thrown), refusedRecord(given), states)
    }
    if (read === null) return new Interception(this, given, refusedRecord(given), states)
    const record = this.#all.reduce((now, _, at) => this.#sent(at, now, states[at]!), read)
    return new Interception(this, record, record, states)
  }

  tell(acknowledgement: RecordAcknowledgement, states: readonly object[]): void {
    const frozen = Object.freeze(acknowledgement)
    this.#all.forEach((interceptor, at) => {
      try {
        const returned: unknown = interceptor.onAcknowledgement?.(frozen, states[at]!)
        hearRejection(returned, (reason) => this.#log('onAcknowledgement', at, reason))
      } catch (thrown) {
        this.#log('onAcknowledgement', at, thrown)
      }
    })
  }

  /** @returns what is sent after this interceptor has seen the record */
  #sent(at: number, record: InterceptedRecord, state: object): InterceptedRecord {
    const interceptor = this.#all[at]!
    if (interceptor.onSend === undefined) return record
    try {
      return returnedRecord(interceptor.onSend(record, state), record, this.#deps)
    } catch (thrown) {
      this.#log('onSend', at, thrown)
      return record
    }
  }

  #log(method: Method, at: number, thrown: unknown): void {
    const what = `${method} of interceptor ${at + 1} of ${this.#all.length}`
    if (this.#logged.has(what)) return
    this.#logged.add(what)
    this.#deps.logger.error(`${what} failed, which is logged once: ${printableThrown(thrown)}`)
  }
}
