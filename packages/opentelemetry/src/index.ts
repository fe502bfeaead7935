/**
 * Traces and metrics of a producer by the messaging conventions of OpenTelemetry, over `@opentelemetry/api`.
 *
 * @packageDocumentation
 */

export { clientMetrics } from './client-metrics.js'
export type { ClientMetricsOptions } from './client-metrics-options.js'
export type {
  ObservedMetrics,
  ObservedProducer,
  ObservedStatus,
} from './observed-producer/observed-metrics.js'
export {
  observeProducer,
  type ObserveProducerOptions,
} from './observed-producer/observe-producer.js'
export { tracing } from './tracing.js'
export type { TracingOptions } from './tracing-options.js'
