import { telemetryMetrics } from './telemetry-metrics.js'
import { TelemetryReporter } from './telemetry-reporter.js'
import type { TelemetryDeps } from './telemetry.js'

/** All the code that reports, in one file that is loaded late. */
export function makeReporter({ metrics, ...deps }: TelemetryDeps): TelemetryReporter {
  return new TelemetryReporter({ ...deps, metrics: () => telemetryMetrics(metrics()) })
}
