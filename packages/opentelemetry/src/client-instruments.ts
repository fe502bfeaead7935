import { type Counter, type Histogram, type MeterProvider, metrics } from '@opentelemetry/api'
import { metric } from './conventions.js'
import { scope } from './scope.js'

/** The instruments that the conventions have for a producer. */
export interface ClientInstruments {
  readonly sentMessages: Counter
  readonly operationDuration: Histogram
}

/** The bounds that the conventions give, in s. */
const explicitBucketBoundaries = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
]

/** A meter of the global provider does not begin to work when an SDK is registered, so another provider needs new instruments. */
export class CurrentClientInstruments {
  readonly #given: MeterProvider | undefined
  #provider: MeterProvider | undefined = undefined
  #instruments: ClientInstruments | undefined = undefined

  /** @param given - undefined for the global provider, whichever it is at the time */
  constructor(given: MeterProvider | undefined) {
    this.#given = given
  }

  get(): ClientInstruments {
    const provider = this.#given ?? metrics.getMeterProvider()
    if (provider === this.#provider && this.#instruments !== undefined) return this.#instruments
    this.#provider = provider
    return (this.#instruments = instrumentsOf(provider))
  }
}

function instrumentsOf(provider: MeterProvider): ClientInstruments {
  const meter = provider.getMeter(scope.name, scope.version, scope.options)
  return {
    sentMessages: meter.createCounter(metric.sentMessages, {
      description: 'Number of messages producer attempted to send to the broker.',
      unit: '{message}',
    }),
    operationDuration: meter.createHistogram(metric.operationDuration, {
      description: 'Duration of messaging operation initiated by a producer or consumer client.',
      unit: 's',
      advice: { explicitBucketBoundaries },
    }),
  }
}
