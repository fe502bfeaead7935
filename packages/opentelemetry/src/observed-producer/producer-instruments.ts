import type { Attributes, BatchObservableResult, Meter, Observable } from '@opentelemetry/api'
import { attribute } from '../conventions.js'
import { type Figure, figures } from './figures.js'
import type { ObservedProducer } from './observed-metrics.js'

const prefix = 'sluice.producer.'

/** The instruments of one producer. A meter joins those of the same name, so each producer may make its own. */
export class ProducerInstruments {
  readonly #figures: readonly (readonly [Figure, Observable])[]
  readonly #failed: Observable
  readonly #ready: Observable

  constructor(meter: Meter) {
    this.#figures = figures.map((figure) => [figure, observableOf(meter, figure)])
    this.#failed = meter.createObservableCounter(`${prefix}records.failed`, {
      description: 'Records whose callers were told of a failure, by its code.',
      unit: '{record}',
    })
    this.#ready = meter.createObservableGauge(`${prefix}ready`, {
      description: '1 where a record that is sent now can be expected to arrive, else 0.',
      unit: '1',
    })
  }

  get all(): Observable[] {
    return [...this.#figures.map(([, observable]) => observable), this.#failed, this.#ready]
  }

  observe(result: BatchObservableResult, producer: ObservedProducer, own: Attributes): void {
    const metrics = producer.metrics()
    for (const [figure, observable] of this.#figures) {
      const value = figure.read(metrics)
      if (value !== undefined) result.observe(observable, value, own)
    }
    for (const [code, count = 0] of Object.entries(metrics.recordErrors))
      result.observe(this.#failed, count, { ...own, [attribute.errorType]: code })
    result.observe(this.#ready, producer.status().ready ? 1 : 0, own)
  }
}

function observableOf(meter: Meter, { kind, name, unit, description }: Figure): Observable {
  const options = { unit, description }
  if (kind === 'total') return meter.createObservableCounter(prefix + name, options)
  if (kind === 'level') return meter.createObservableUpDownCounter(prefix + name, options)
  return meter.createObservableGauge(prefix + name, options)
}
