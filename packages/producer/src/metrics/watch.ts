import type { AccumulatorFront } from '@sluice/accumulator'
import type { KafkaError } from '@sluice/protocol'
import { noMeter } from './no-meter.js'
import type { ProducerMeter } from './producer-meter.js'
import type { ProducerMetrics } from './producer-metrics.js'
import type { ProducerStatus } from './producer-status.js'
import { readMetrics } from './read-metrics.js'
import { readStatus } from './read-status.js'
import { ToldFailures } from './told-failures.js'

/** Where a watch looks. */
export interface WatchDeps {
  readonly front: AccumulatorFront
  readonly source: { readonly producer: number }
  readonly runtime: { readonly meter?: ProducerMeter; now(): number }
  /** Whether the producer was closed. */
  closed(): boolean
  /** What has ended the producer; null where nothing has. */
  fatal(): KafkaError | null
  /** Hears of each failure that callers are told of. */
  onTold(error: unknown, records: number): void
}

/** `metrics()` and `status()` of one producer: both are read in the call, and nothing runs for them in between. */
export class Watch {
  readonly told: ToldFailures
  readonly #deps: WatchDeps
  readonly #meter: ProducerMeter

  constructor(deps: WatchDeps) {
    this.#deps = deps
    this.told = new ToldFailures((error, records) => deps.onTold(error, records))
    this.#meter = deps.runtime.meter ?? noMeter
  }

  metrics(withQueues = false): ProducerMetrics {
    const { front, runtime, source } = this.#deps
    const now = runtime.now()
    const metered = this.#meter.figures(now)
    const { producer } = source
    const metrics = readMetrics({ front: front.figures(), told: this.told, metered, producer, now })
    const queues = withQueues ? front.queues?.() : undefined
    // So many figures take longer to copy than to gather.
    return queues === undefined ? metrics : Object.assign(metrics, { queues })
  }

  status(): ProducerStatus {
    const { front, runtime, closed, fatal } = this.#deps
    const now = runtime.now()
    const standing = this.#meter.standing(now)
    return readStatus({
      front: front.figures(),
      standing,
      closed: closed(),
      fatal: fatal(),
      now,
    })
  }
}
