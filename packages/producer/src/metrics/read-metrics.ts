import type { FrontFigures } from '@sluice/accumulator'
import type { MeteredFigures } from './producer-meter.js'
import type { ProducerMetrics } from './producer-metrics.js'
import type { ToldFailures } from './told-failures.js'

/** What the figures are read from. */
export interface MetricsSources {
  readonly front: FrontFigures
  readonly told: ToldFailures
  readonly metered: MeteredFigures
  readonly producer: number
  /** In monotonic milliseconds, as the front knows them. */
  readonly now: number
}

/** Joins all figures of one moment. */
export function readMetrics(sources: MetricsSources): ProducerMetrics {
  const { producer } = sources
  return { ...recordFigures(sources), ...bufferFigures(sources), ...sources.metered, producer }
}

/** For how long the oldest record has been pending; undefined where none is. */
export function oldestPendingMs(front: FrontFigures, now: number): number | undefined {
  const since = Math.min(front.waitingSince ?? Infinity, front.unsettledSince ?? Infinity)
  return since === Infinity ? undefined : Math.max(0, now - since)
}

function recordFigures({ front, told }: MetricsSources) {
  const recordAckTotal = front.acknowledgedRecords - told.abandonedAcknowledged
  const abandoned = told.abandonedPending - front.leftInTurn
  const recordsPending = front.unsettledRecords + front.waitingRecords - abandoned
  return {
    recordSendTotal: recordAckTotal + told.total + recordsPending,
    recordAckTotal,
    recordErrorTotal: told.total,
    recordsPending,
    recordErrors: told.byCode(),
  }
}

function bufferFigures({ front, told, now }: MetricsSources) {
  const oldest = oldestPendingMs(front, now)
  return {
    bufferTotalBytes: front.bufferTotalBytes,
    bufferAvailableBytes: front.bufferAvailableBytes,
    bufferExhaustedTotal: told.of('BUFFER_FULL'),
    waitingRecords: front.waitingRecords,
    waitingBytes: front.waitingBytes,
    ...(oldest !== undefined && { oldestPendingMs: oldest }),
  }
}
