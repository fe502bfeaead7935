import type { AccumulatorObserver } from '@sluice/accumulator'
import type { NetworkObserver } from '@sluice/network'
import { printableThrown } from '@sluice/protocol'
import type { SenderObserver } from '@sluice/sender'

/**
 * Watches a producer at work: one object with the methods of all stages, each of which may be left out. Stages call them
 * for each request, connection, batch and change of metadata, never for each record, after the change that they tell
 * of. Events are plain data without contents of records. A stage makes no event for a method that is missing.
 */
export type ProducerObserver = NetworkObserver & SenderObserver & AccumulatorObserver

/** Every method that a stage may call. */
export const observerMethods = [
  'request',
  'connection',
  'metadata',
  'batch',
  'sealed',
] as const satisfies readonly (keyof ProducerObserver)[]

/** Takes the failures of an observer. */
interface FailureLog {
  error(message: string): void
}

/**
 * The methods that the observer has, each of them harmless: an error or a rejected promise is logged, the first one of
 * each method, and goes no further. Methods are looked up once, so an event that no method takes is never made.
 */
export function guardedObserver(observer: ProducerObserver, logger: FailureLog): ProducerObserver {
  const guarded: Partial<Record<keyof ProducerObserver, (event: object) => void>> = {}
  for (const name of observerMethods)
    if (observer[name] !== undefined) guarded[name] = guardedMethod(observer, name, logger)
  return guarded
}

function guardedMethod(
  observer: ProducerObserver,
  name: keyof ProducerObserver,
  logger: FailureLog,
): (event: object) => void {
  const method = observer[name] as (event: object) => unknown
  let failed = false
  const onFailure = (thrown: unknown): void => {
    if (failed) return
    failed = true
    logger.error(`The observer's ${name} failed, which is logged once: ${printableThrown(thrown)}`)
  }
  return (event) => {
    try {
      const result = method.call(observer, event)
      if (isThenable(result)) Promise.resolve(result).catch(onFailure)
    } catch (thrown) {
      onFailure(thrown)
    }
  }
}

function isThenable(result: unknown): result is PromiseLike<unknown> {
  return typeof result === 'object' && result !== null && 'then' in result
}
