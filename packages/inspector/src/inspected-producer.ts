import type { MetricsOptions, ProducerMetrics, ProducerStatus } from '@sluice/producer'

/** What is read of a producer: `createProducer` gives one that has all of it. */
export interface InspectedProducer {
  /** What it has done, and what it holds. It is called for each snapshot, and once at the beginning. */
  metrics(options?: MetricsOptions): ProducerMetrics
  /** How it is doing. It is called for each snapshot. */
  status(): InspectedStatus
}

/** What is read of the status of a producer: not its text, for an error may quote what a broker has said. */
export type InspectedStatus = Pick<ProducerStatus, 'ready' | 'reason'>
