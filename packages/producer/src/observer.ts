import type { AccumulatorObserver } from '@sluice/accumulator'
import type { NetworkObserver } from '@sluice/network'
import { inMicrotask, printableThrown } from '@sluice/protocol'
import type { SenderObserver } from '@sluice/sender'
import { inOwnContext } from './own-context.js'

/**
 * Watches a producer at work: one object with the methods of all stages, each of which may be left out. Stages tell of
 * each request, connection, batch and change of metadata, never of each record. Events are plain data without contents of
 * records. A stage makes no event for a method that is missing.
 *
 * A method is called at the end of the task in which the event happened, so it may use the producer.
 */
export interface ProducerObserver extends NetworkObserver, SenderObserver, AccumulatorObserver {}

/** Every method that a stage may call. */
export const observerMethods = [
  'request',
  'connection',
  'metadata',
  'produce',
  'produced',
  'retry',
  'batch',
  'sealed',
  'settled',
  'compressed',
] as const satisfies readonly (keyof ProducerObserver)[]

/** An observer that tells two others, each of them what it has a method for. */
export function bothObservers(first: ProducerObserver, second: ProducerObserver): ProducerObserver {
  const both: Partial<Record<keyof ProducerObserver, (event: never) => void>> = {}
  for (const name of observerMethods) {
    const [one, other] = [methodOf(first, name), methodOf(second, name)]
    if (one !== undefined && other !== undefined)
      both[name] = (event) => {
        one(event)
        other(event)
      }
    else if ((one ?? other) !== undefined) both[name] = one ?? other
  }
  return both
}

/**
 * The observer, and with it another one for the methods that are listened to at that moment. The stages read a method when they have
 * something to tell, and make no event where there is none.
 */
export function observerWhile(
  isListened: (name: keyof ProducerObserver) => boolean,
  always: ProducerObserver,
  other: ProducerObserver,
): ProducerObserver {
  const [alone, both] = [bothObservers(always, {}), bothObservers(always, other)]
  const observer: ProducerObserver = {}
  for (const name of observerMethods)
    Object.defineProperty(observer, name, {
      get: () => (isListened(name) ? both : alone)[name],
      enumerable: true,
    })
  return observer
}

function methodOf(
  observer: ProducerObserver,
  name: keyof ProducerObserver,
): ((event: never) => void) | undefined {
  return observer[name]?.bind(observer)
}

/** Takes the failures of an observer. */
interface FailureLog {
  error(message: string): void
}

/**
 * The methods that the observer has, each of them harmless. It runs in a microtask: a stage may tell of a batch in the
 * middle of an append, and a method that sends there would put its record before the one that is being appended. An error
 * or a rejected promise is logged, the first one of each method, and goes no further.
 */
export function guardedObserver(observer: ProducerObserver, logger: FailureLog): ProducerObserver {
  const guarded: Partial<Record<keyof ProducerObserver, (event: never) => void>> = {}
  for (const name of observerMethods)
    if (observer[name] !== undefined) guarded[name] = guardedMethod(observer, name, logger)
  return guarded
}

function guardedMethod(
  observer: ProducerObserver,
  name: keyof ProducerObserver,
  logger: FailureLog,
): (event: never) => void {
  const method = observer[name] as (event: never) => unknown
  let failed = false
  const onFailure = (thrown: unknown): void => {
    if (failed) return
    failed = true
    logger.error(`The observer's ${name} failed, which is logged once: ${printableThrown(thrown)}`)
  }
  // An async function turns an error and a rejected promise into the same.
  const run = async (event: never): Promise<unknown> => method.call(observer, event)
  return (event) => inOwnContext(inMicrotask, () => void run(event).catch(onFailure))
}
