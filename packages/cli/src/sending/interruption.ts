import type { KafkaError } from '@sluice/producer'
import type { EndSignal } from '../exit-code.js'

/** How a signal has ended the command. */
export interface Interruption {
  readonly signal: EndSignal
  /** How long the first signal waits for what was sent, in ms. */
  readonly drainMs: number
  /** Whether a second signal has ended this wait. */
  readonly isAtOnce: boolean
}

/** Why the command has not waited for the end of a record, and what to do. Null where the error is something else. */
export function interruptionText(
  { code }: KafkaError,
  interruption: Interruption | null,
): string | null {
  if (code !== 'PRODUCER_CLOSED' || interruption === null) return null
  const { signal, drainMs, isAtOnce } = interruption
  const look = 'look into the topic before you send again what is possibly written'
  return isAtOnce
    ? `not waited for, since ${signal} came twice; ${look}, and send ${signal} once to wait up to ${drainMs} ms (--drain-ms)`
    : `not waited for any longer, ${drainMs} ms after ${signal}; ${look}, and raise --drain-ms to wait longer`
}
