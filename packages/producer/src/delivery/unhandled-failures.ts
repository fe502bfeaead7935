import process from 'node:process'
import type { KafkaError } from '@sluice/protocol'
import { Rejections } from '../returned-promise.js'
import type { Logger, ProducerRuntime } from '../runtime.js'

const tellEveryMs = 60_000

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
  /** How many failures no line has counted yet. */
  #count = 0
  #last: KafkaError | null = null
  /** True while a line is set up, and for a minute after each: the next failure is only counted. */
  #counting = false
  #timer: unknown = null

  constructor(deps: UnhandledFailuresDeps) {
    this.#deps = deps
    this.#rejections = new Rejections(deps.runtime.logger)
  }

  report(error: KafkaError): void {
    const { onDeliveryError, runtime } = this.#deps
    if (onDeliveryError !== null)
      return this.#rejections.hear('onDeliveryError', onDeliveryError, onDeliveryError(error))
    this.#count++
    this.#last = error
    if (this.#counting) return
    this.#counting = true
    // Records that fail together share a line.
    runtime.setImmediate(() => this.#tellInTurn())
  }

  /** Tells of the failures that were only counted until now. */
  end(): void {
    if (this.#timer !== null) this.#deps.runtime.clearTimeout(this.#timer)
    this.#tell()
  }

  /**
   * One line a minute with the count, since a broker that is away fails records by the thousand. And a logger that sends its
   * lines with this producer would beget a line with each line that is not delivered.
   */
  #tellInTurn(): void {
    this.#counting = this.#tell()
    if (!this.#counting) return
    this.#timer = this.#deps.runtime.setTimeout(() => this.#tellInTurn(), tellEveryMs)
  }

  /** @returns whether there was a failure to tell of */
  #tell(): boolean {
    if (this.#count === 0) return false
    const records = this.#count === 1 ? '1 record was' : `${this.#count} records were`
    const message = `${records} not delivered, the last one: ${this.#last?.message}; give onDeliveryError to hear of each`
    // What the logger sends may fail within its call: that is for the next line.
    this.#count = 0
    const { logger } = this.#deps
    if (logger === null) process.emitWarning(message, 'SluiceWarning')
    else logger.error(message)
    return true
  }
}
