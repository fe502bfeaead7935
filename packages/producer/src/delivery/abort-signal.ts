import { KafkaError } from '@sluice/protocol'
import { invalid } from '../intake/check-record.js'
import { typeName } from '../invalid.js'
import type { AbortOptions } from '../producer.js'

/** @throws KafkaError INVALID_ARGUMENT where the signal is none */
export function signalOf(options: AbortOptions | undefined): AbortSignal | undefined {
  const signal: Partial<AbortSignal> | null | undefined = options?.signal
  if (signal === undefined || signal === null) return undefined
  // By its shape: a test runner may have an AbortSignal of its own.
  if (typeof signal.aborted === 'boolean' && typeof signal.addEventListener === 'function')
    return signal as AbortSignal
  throw invalid(`signal is ${typeName(signal)}; give an AbortSignal`)
}

/** The error of a call that its signal ended. */
export function aborted(signal: AbortSignal, persisted?: 'no' | 'possibly'): KafkaError {
  const detail =
    persisted === 'possibly'
      ? 'aborted by its signal while the record was on its way'
      : 'aborted by its signal'
  return new KafkaError('ABORTED', detail, {
    cause: signal.reason,
    ...(persisted === undefined ? {} : { persisted }),
  })
}

/**
 * The promise, or the signal if that is faster. `onAbort` gives the error, having undone what it can.
 * The work itself goes on.
 */
export function abortable<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  onAbort: () => KafkaError,
): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const unwatch = watch(signal, () => reject(onAbort()))
    work.then(
      (result) => {
        unwatch()
        resolve(result)
      },
      (error: unknown) => {
        unwatch()
        reject(error)
      },
    )
  })
}

const watches = new WeakMap<AbortSignal, SignalWatch>()

/** Calls back once, at once where the signal is aborted already. @returns what ends the watch */
function watch(signal: AbortSignal, onAbort: () => void): () => void {
  if (signal.aborted) {
    onAbort()
    return () => {}
  }
  const watching = watches.get(signal) ?? new SignalWatch(signal)
  watching.add(onAbort)
  return () => watching.delete(onAbort)
}

/**
 * One listener a signal: a program may pass one signal with every send, while Node warns from the eleventh
 * listener on and walks through all of them to add another.
 */
class SignalWatch {
  readonly #signal: AbortSignal
  readonly #watchers = new Set<() => void>()
  readonly #abort = (): void => {
    const watchers = [...this.#watchers]
    this.#end()
    // Last come, first gone: who leaves a line from its end lets nobody move up that is to leave, too.
    for (const onAbort of watchers.reverse()) onAbort()
  }

  constructor(signal: AbortSignal) {
    this.#signal = signal
    watches.set(signal, this)
    signal.addEventListener('abort', this.#abort)
  }

  add(onAbort: () => void): void {
    this.#watchers.add(onAbort)
  }

  delete(onAbort: () => void): void {
    if (this.#watchers.delete(onAbort) && this.#watchers.size === 0) this.#end()
  }

  #end(): void {
    this.#watchers.clear()
    this.#signal.removeEventListener('abort', this.#abort)
    watches.delete(this.#signal)
  }
}
