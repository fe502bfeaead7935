import type { ProducerMetrics } from '../metrics/producer-metrics.js'
import { telemetryMetrics } from './telemetry-metrics.js'
import { TelemetryReporter, type TelemetryReporterDeps } from './telemetry-reporter.js'

/** What telemetry needs. */
export interface TelemetryDeps extends Omit<TelemetryReporterDeps, 'metrics'> {
  /** The figures as they are now. */
  metrics(): ProducerMetrics
}

/** All the code that reports, in one file that is loaded late. */
export function makeReporter({ metrics, ...deps }: TelemetryDeps): TelemetryReporter {
  return new TelemetryReporter({ ...deps, metrics: () => telemetryMetrics(metrics()) })
}
