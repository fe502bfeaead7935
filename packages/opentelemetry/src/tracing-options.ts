import type { TextMapPropagator, TracerProvider } from '@opentelemetry/api'
import { booleanOption, methodsOption, optionsOf, wrongOption } from '@sluice/protocol'

/** The options of {@link tracing}. */
export interface TracingOptions {
  /** The `clientId` of the producer, for the attribute `messaging.client.id`.
   *  @defaultValue none: spans have no such attribute */
  readonly clientId?: string
  /** Whether spans have the keys of records, as `messaging.kafka.message.key`. Keys are often personal data. Only keys that are
   *  text are recorded.
   *  @defaultValue false */
  readonly recordKeys?: boolean
  /** Makes the tracer.
   *  @defaultValue the global one, also where it is registered later */
  readonly tracerProvider?: TracerProvider
  /** Writes the context of a span into headers.
   *  @defaultValue the global one, whichever it is when a record is sent */
  readonly propagator?: TextMapPropagator
}

const names = [
  'clientId',
  'recordKeys',
  'tracerProvider',
  'propagator',
] as const satisfies readonly (keyof TracingOptions)[]

/** @throws KafkaError INVALID_OPTION */
export function checkedTracingOptions(options: TracingOptions): TracingOptions {
  const given = { ...optionsOf('tracing', options, names) }
  const { clientId, recordKeys, tracerProvider, propagator } = given
  if (clientId !== undefined && typeof clientId !== 'string')
    throw wrongOption('clientId', clientId, 'text')
  if (recordKeys !== undefined) booleanOption('recordKeys', recordKeys)
  if (tracerProvider !== undefined)
    methodsOption('tracerProvider', tracerProvider, ['getTracer'], 'a TracerProvider of an SDK')
  if (propagator !== undefined)
    methodsOption('propagator', propagator, ['inject', 'fields'], 'a TextMapPropagator')
  return given
}
