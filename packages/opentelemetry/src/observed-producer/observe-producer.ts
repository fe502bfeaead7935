import {
  type Attributes,
  type BatchObservableCallback,
  type Meter,
  type MeterProvider,
  metrics,
} from '@opentelemetry/api'
import { methodsOption, optionsOf, wrongOption } from '@sluice/protocol'
import { attribute } from '../conventions.js'
import { scope } from '../scope.js'
import type { ObservedProducer } from './observed-metrics.js'
import { freeProducerId, takeProducerId } from './producer-ids.js'
import { ProducerInstruments } from './producer-instruments.js'

/** The options of {@link observeProducer}. */
export interface ObserveProducerOptions {
  /** The `clientId` of the producer, for the attribute `messaging.client.id`.
   *  @defaultValue none: the series have no such attribute */
  readonly clientId?: string
  /** Makes the meter.
   *  @defaultValue the global one, which must be registered before */
  readonly meterProvider?: MeterProvider
}

const names = [
  'clientId',
  'meterProvider',
] as const satisfies readonly (keyof ObserveProducerOptions)[]

/**
 * Reads the metrics and the status of a producer at each collection of an SDK, for instruments whose names begin with
 * `sluice.producer.`. Each series has the attribute `sluice.producer.id`, which tells the producers of a process apart: a number
 * from 1 on, which another producer gets when this one is closed.
 *
 * @returns a function that ends it at once. Without it the end comes with the first collection after the producer was closed, which
 * tells its last figures.
 * @throws KafkaError INVALID_OPTION for a producer without `metrics` and `status`, an option of the wrong type, or one that is unknown
 */
export function observeProducer(
  producer: ObservedProducer,
  options: ObserveProducerOptions = {},
): () => void {
  methodsOption('producer', producer, ['metrics', 'status'], 'what createProducer gives')
  const { clientId, meterProvider = metrics.getMeterProvider() } = checked(options)
  const meter = meterProvider.getMeter(scope.name, scope.version, scope.options)
  const observation = new Observation(producer, meter, clientId)
  return () => observation.end()
}

function checked(options: ObserveProducerOptions): ObserveProducerOptions {
  const { clientId, meterProvider } = optionsOf('observeProducer', options, names)
  if (clientId !== undefined && typeof clientId !== 'string')
    throw wrongOption('clientId', clientId, 'text')
  if (meterProvider !== undefined)
    methodsOption('meterProvider', meterProvider, ['getMeter'], 'a MeterProvider of an SDK')
  return options
}

/** A producer between the first collection and the last. Nothing of it is kept where other producers could find it. */
class Observation {
  readonly #producer: ObservedProducer
  readonly #meter: Meter
  readonly #instruments: ProducerInstruments
  readonly #id = takeProducerId()
  readonly #attributes: Attributes
  #ended = false

  constructor(producer: ObservedProducer, meter: Meter, clientId: string | undefined) {
    this.#producer = producer
    this.#meter = meter
    this.#instruments = new ProducerInstruments(meter)
    this.#attributes = {
      ...(clientId === undefined ? {} : { [attribute.clientId]: clientId }),
      'sluice.producer.id': String(this.#id),
    }
    meter.addBatchObservableCallback(this.#observe, this.#instruments.all)
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#meter.removeBatchObservableCallback(this.#observe, this.#instruments.all)
    freeProducerId(this.#id)
  }

  /** The SDK goes through its callbacks in this turn, and would skip one if this one were removed meanwhile. */
  readonly #observe: BatchObservableCallback = (result) => {
    this.#instruments.observe(result, this.#producer, this.#attributes)
    if (this.#isOver()) queueMicrotask(() => this.end())
  }

  /** A producer is closed from the beginning of its `close()`, and has its last figures when no record is pending any more. */
  #isOver(): boolean {
    const isClosed = this.#producer.status().reason === 'closed'
    return isClosed && this.#producer.metrics().recordsPending === 0
  }
}
