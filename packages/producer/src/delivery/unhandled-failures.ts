import process from 'node:process'
import type { KafkaError } from '@sluice/protocol'
import { Rejections } from '../returned-promise.js'
import type { Logger, ProducerRuntime } from '../runtime.js'
import { holdLastWords, type LastWords, releaseLastWords, warnAtExit } from './last-words.js'

const tellEveryMs = 60_000

/** Where failures go, the first that is there: the listener, the logger, the warnings of the process. */
export interface UnhandledFailuresDeps {
  readonly onDeliveryError: ((error: KafkaError) => void) | null
  readonly logger: Logger | null
  readonly runtime: ProducerRuntime
}

/** Reports failures of records that have neither a promise nor a callback, so that no failure vanishes. */
export class UnhandledFailures implements LastWords {
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
    if (this.#count++ === 0) holdLastWords(this)
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

  /** Without a close the minute may not pass before the process ends. */
  tellAtExit(): void {
    this.#tell(warnAtExit)
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
  #tell(warn = warnProcess): boolean {
    if (this.#count === 0) return false
    const records = this.#count === 1 ? '1 record was' : `${this.#count} records were`
    const message = `${records} not delivered, the last one: ${this.#last?.message}; give onDeliveryError to hear of each`
    // What the logger sends may fail within its call: that is for the next line.
    this.#count = 0
    releaseLastWords(this)
    const { logger } = this.#deps
    if (logger === null) warn(message)
    else logger.error(message)
    return true
  }
}

function warnProcess(message: string): void {
  process.emitWarning(message, 'SluiceWarning')
}
