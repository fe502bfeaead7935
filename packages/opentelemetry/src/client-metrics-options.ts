import type { MeterProvider } from '@opentelemetry/api'
import { functionOption, methodsOption, optionsOf } from '@sluice/protocol'

/** The options of {@link clientMetrics}. */
export interface ClientMetricsOptions {
  /** Makes the meter.
   *  @defaultValue the global one, also where it is registered later */
  readonly meterProvider?: MeterProvider
  /** A clock that never goes back, in ms.
   *  @defaultValue performance.now */
  readonly now?: () => number
}

const names = ['meterProvider', 'now'] as const satisfies readonly (keyof ClientMetricsOptions)[]

/** @throws KafkaError INVALID_OPTION */
export function checkedClientMetricsOptions(options: ClientMetricsOptions): ClientMetricsOptions {
  const given = { ...optionsOf('clientMetrics', options, names) }
  const { meterProvider, now } = given
  if (meterProvider !== undefined)
    methodsOption('meterProvider', meterProvider, ['getMeter'], 'a MeterProvider of an SDK')
  functionOption('now', now)
  return given
}
