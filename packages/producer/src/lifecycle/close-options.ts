import { checkCallOptions } from '../call-options.js'
import type { CloseOptions } from '../producer.js'

const closeTimeoutMs = 30_000

/** How long `close` may take, unchecked. @throws KafkaError INVALID_ARGUMENT for options that are none */
export function timeoutOf(options: CloseOptions | undefined): number {
  if (options === undefined || options === null) return closeTimeoutMs
  // `close` as the handler of a signal is called with the name of the signal, and then it must close.
  if (typeof options === 'string') return closeTimeoutMs
  checkCallOptions(options, 'timeoutMs')
  return options.timeoutMs ?? closeTimeoutMs
}
