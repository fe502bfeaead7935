/**
 * Traces of a producer by the messaging conventions of OpenTelemetry, over `@opentelemetry/api`.
 *
 * @packageDocumentation
 */

export { tracing } from './tracing.js'
export type { TracingOptions } from './tracing-options.js'
