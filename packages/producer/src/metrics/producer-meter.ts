import type { ErrorCode } from '@sluice/protocol'
import type { ProducerMetrics } from './producer-metrics.js'

/** The figures that the producer and its front know by themselves. */
export type CountedFigures =
  | 'recordSendTotal'
  | 'recordAckTotal'
  | 'recordErrorTotal'
  | 'recordsPending'
  | 'recordErrors'
  | 'bufferTotalBytes'
  | 'bufferAvailableBytes'
  | 'bufferExhaustedTotal'
  | 'waitingRecords'
  | 'waitingBytes'
  | 'oldestPendingMs'
  | 'producer'

/** The figures that the stages tell of. */
export type MeteredFigures = Omit<ProducerMetrics, CountedFigures>

/** What is known of the brokers, for `status()`. Times are monotonic milliseconds of the runtime. */
export interface ClusterStanding {
  /** The ids of the brokers that are connected, in ascending order. */
  readonly connectedBrokers: readonly number[]
  /** Whether a broker was ever connected. */
  readonly wasConnected: boolean
  /** Why the last connection was lost, or could not be made; null while a broker is connected, or none was needed. */
  readonly failure: ErrorCode | null
  /** When a broker has last answered; 0 where none has. */
  readonly answeredAt: number
  /** The age of the newest answer to a question for metadata. Left out before the first one. */
  readonly metadataAgeMs?: number
}

/** Knows what the stages of one producer have told: `nodeRuntime()` makes one, and gives the stages the observer that it hears by. */
export interface ProducerMeter {
  /** What `metrics()` tells of the stages. @param now - monotonic milliseconds of the runtime */
  figures(now: number): MeteredFigures
  /** What `status()` tells of the brokers. @param now - monotonic milliseconds of the runtime */
  standing(now: number): ClusterStanding
}
