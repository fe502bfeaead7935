import { printable, printableThrown } from '@sluice/protocol'
import type { AccumulatorRuntime } from '../runtime.js'

/** A delivery is code of the caller's: what it throws is logged, and must not throw again while it is made text. */
export function logThrown(
  logger: AccumulatorRuntime['logger'],
  topic: string,
  thrown: unknown,
): void {
  logger.error(`A delivery callback of topic ${printable(topic)} threw: ${printableThrown(thrown)}`)
}
