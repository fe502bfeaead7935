import process from 'node:process'
import type { KafkaError } from '@sluice/protocol'
import { Rejections } from '../returned-promise.js'
import type { Logger, ProducerRuntime } from '../runtime.js'

const warnEveryMs = 60_000

/** Where failures go, the first that is there: the listener, the logger, the warnings of the process. */
export interface UnhandledFailuresDeps {
  readonly onDeliveryError: ((error: KafkaError) => void) | null
  readonly logger: Logger | null
  readonly runtime: ProducerRuntime
}

/** Reports failures of records that have neither a promise nor a callback, so that no failure vanishes. */
export class UnhandledFailures {
  readonly #deps: UnhandledFailuresDeps
  readonly #rejections: Rejections
  /** How many failures no warning has counted yet. */
  #count = 0
  #last: KafkaError | null = null
  /** True while a warning is set up, and for a minute after each: the next failure is only counted. */
  #counting = false
  #timer: unknown = null

  constructor(deps: UnhandledFailuresDeps) {
    this.#deps = deps
    this.#rejections = new Rejections(deps.runtime.logger)
  }

  report(error: KafkaError): void {
    const { onDeliveryError, logger, runtime } = this.#deps
    if (onDeliveryError !== null)
      return this.#rejections.hear('onDeliveryError', onDeliveryError, onDeliveryError(error))
    if (logger !== null) return logger.error(`A record was not delivered: ${error.message}`)
    this.#count++
    this.#last = error
    if (this.#counting) return
    this.#counting = true
    // Records that fail together share a warning.
    runtime.setImmediate(() => this.#warnInTurn())
  }

  /** Warns of the failures that were only counted until now. */
  end(): void {
    if (this.#timer !== null) this.#deps.runtime.clearTimeout(this.#timer)
    this.#warn()
  }

  /** One warning a minute with the count, since a broker that is away fails records by the thousand. */
  #warnInTurn(): void {
    this.#counting = this.#warn()
    if (!this.#counting) return
    this.#timer = this.#deps.runtime.setTimeout(() => this.#warnInTurn(), warnEveryMs)
  }

  /** @returns whether there was a failure to warn of */
  #warn(): boolean {
    if (this.#count === 0) return false
    const records = this.#count === 1 ? '1 record was' : `${this.#count} records were`
    process.emitWarning(
      `${records} not delivered, the last one: ${this.#last?.message}; give onDeliveryError to hear of each`,
      'SluiceWarning',
    )
    this.#count = 0
    return true
  }
}
