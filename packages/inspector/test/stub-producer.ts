import type { ProducerMetrics } from '@sluice/producer'
import { createMockProducer } from '@sluice/producer/testing'
import type { InspectedProducer, InspectedStatus } from '../src/index.js'

const { metrics: plainMetrics } = { metrics: createMockProducer({}).metrics() }

/** Figures of a producer that has done nothing, but for what is given. */
export function metricsOf(figures: Partial<ProducerMetrics> = {}): ProducerMetrics {
  return { ...plainMetrics, ...figures, producer: figures.producer ?? 7 }
}

/** Figures of one broker that is connected and idle, but for what is given. */
export function brokerMetrics(
  figures: Partial<ProducerMetrics['brokers'][string]> = {},
): ProducerMetrics['brokers'][string] {
  const requests = { requestsInFlight: 0, requestTotal: 0, requestErrorTotal: 0 }
  return { connectionCount: 1, ...requests, outgoingByteTotal: 0, incomingByteTotal: 0, ...figures }
}

type Queue = NonNullable<ProducerMetrics['queues']>[number]

/** What is in the batches of one partition of this leader. */
export function queueOf(leader: number | null, queue: Partial<Queue> = {}): Queue {
  const nothing = { records: 0, bytes: 0, sealedBatches: 0, openShare: null, oldestMs: 0 }
  return { topic: 't', partition: 0, leader, ...nothing, ...queue }
}

export const ready: InspectedStatus = { ready: true, reason: 'ready' }

/** A producer whose figures are set by hand, and that counts how often it is read. */
export class StubProducer implements InspectedProducer {
  figures: Partial<ProducerMetrics> = {}
  reason: InspectedStatus['reason'] = 'ready'
  reads = 0

  metrics(): ProducerMetrics {
    this.reads++
    return metricsOf(this.figures)
  }

  status(): InspectedStatus {
    return { ready: this.reason === 'ready', reason: this.reason }
  }
}
