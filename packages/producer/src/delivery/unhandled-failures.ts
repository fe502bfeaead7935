import type { KafkaError } from '@sluice/protocol'
import type { Logger, ProducerRuntime } from '../runtime.js'

const warnEveryMs = 60_000

export interface FailureListeners {
  readonly onDeliveryError: ((error: KafkaError) => void) | null
  readonly logger: Logger | null
}

/** Failures of records that nobody waits for: none of them vanishes. */
export class UnheardFailures {
  readonly #listeners: FailureListeners
  readonly #runtime: ProducerRuntime
  #count = 0
  #last: KafkaError | null = null
  /** False when the next failure is to be told soon. */
  #quiet = false
  #timer: unknown = null

  constructor(listeners: FailureListeners, runtime: ProducerRuntime) {
    this.#listeners = listeners
    this.#runtime = runtime
  }

  hear(error: KafkaError): void {
    const { onDeliveryError, logger } = this.#listeners
    if (onDeliveryError !== null) return onDeliveryError(error)
    if (logger !== null) return logger.error(`A record was not delivered: ${error.message}`)
    this.#count++
    this.#last = error
    if (this.#quiet) return
    this.#quiet = true
    // What fails together is told together.
    this.#runtime.setImmediate(() => this.#warnInTurn())
  }

  /** Tells what was only counted until now. */
  end(): void {
    if (this.#timer !== null) this.#runtime.clearTimeout(this.#timer)
    this.#warn()
  }

  /** One warning a minute with the count, since a broker that is away fails records by the thousand. */
  #warnInTurn(): void {
    this.#quiet = this.#warn()
    if (this.#quiet) this.#timer = this.#runtime.setTimeout(() => this.#warnInTurn(), warnEveryMs)
  }

  /** @returns whether there was something to tell */
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
