import type { KafkaError } from '@sluice/protocol'
import type { Logger, ProducerRuntime } from './runtime.js'

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
  #warnedAt = -Infinity

  constructor(listeners: FailureListeners, runtime: ProducerRuntime) {
    this.#listeners = listeners
    this.#runtime = runtime
  }

  hear(error: KafkaError): void {
    const { onDeliveryError, logger } = this.#listeners
    if (onDeliveryError !== null) return onDeliveryError(error)
    if (logger !== null) return logger.error(`A record was not delivered: ${error.message}`)
    this.#warn(error)
  }

  /** One warning a minute with the count, since a broker that is away fails records by the thousand. */
  #warn(error: KafkaError): void {
    this.#count++
    const now = this.#runtime.now()
    if (now - this.#warnedAt < warnEveryMs) return
    process.emitWarning(
      `${this.#count} records were not delivered, the last one: ${error.message}`,
      'SluiceWarning',
    )
    this.#count = 0
    this.#warnedAt = now
  }
}
