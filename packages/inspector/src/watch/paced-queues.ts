import type { ProducerMetrics } from '@sluice/producer'
import type { InspectedProducer } from '../inspected-producer.js'
import type { InspectorClock } from './clock.js'

/** To read the queues takes no more than this share of the time. */
const share = 0.01

/**
 * Reads the figures of a producer, and with them what is in its batches. That is gathered partition by partition, some milliseconds for ten
 * thousand of them. The longer it has taken, the later it is done again; meanwhile the figures have the queues of the last time.
 */
export class PacedQueues {
  readonly #producer: InspectedProducer
  readonly #clock: Pick<InspectorClock, 'now'>
  #queues: ProducerMetrics['queues'] = []
  #dueAt = -Infinity

  constructor(producer: InspectedProducer, clock: Pick<InspectorClock, 'now'>) {
    this.#producer = producer
    this.#clock = clock
  }

  read(): ProducerMetrics {
    const from = this.#clock.now()
    if (from < this.#dueAt) return { ...this.#producer.metrics(), queues: this.#queues ?? [] }
    const metrics = this.#producer.metrics({ queues: true })
    const to = this.#clock.now()
    this.#dueAt = to + (to - from) / share
    this.#queues = metrics.queues
    return metrics
  }
}
