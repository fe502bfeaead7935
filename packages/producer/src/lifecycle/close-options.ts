import { checkCallOptions } from '../call-options.js'

/** How long `close` may take. */
export interface CloseOptions {
  /** How long pending records may take, in ms. 0 fails them at once, `Infinity` waits for the last one.
   *  @defaultValue 30000 */
  readonly timeoutMs?: number
}

const closeTimeoutMs = 30_000

/** How long `close` may take, unchecked. @throws KafkaError INVALID_ARGUMENT for options that are none */
export function timeoutOf(options: CloseOptions | undefined): number {
  if (options === undefined || options === null) return closeTimeoutMs
  // `close` as the handler of a signal is called with the name of the signal, and then it must close.
  if (typeof options === 'string') return closeTimeoutMs
  checkCallOptions(options, 'timeoutMs')
  return options.timeoutMs ?? closeTimeoutMs
}
