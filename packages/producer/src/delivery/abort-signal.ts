import { KafkaError } from '@sluice/protocol'
import { checkCallOptions } from '../call-options.js'
import { invalidArgument, typeName } from '../invalid.js'

/** How a caller may end its wait. */
export interface AbortOptions {
  /** Takes a record out while it waits. A record that was appended is sent all the same, and only the caller is let go (`persisted: 'possibly'`). */
  readonly signal?: AbortSignal
}

/** @throws KafkaError INVALID_ARGUMENT where `signal` is something else than an AbortSignal, or cannot be listened to */
export function signalOf(options: AbortOptions | undefined): AbortSignal | undefined {
  if (options === undefined || options === null) return undefined
  let signal: Partial<AbortSignal> | null | undefined
  try {
    signal = options.signal
    if (signal === undefined || signal === null) {
      checkCallOptions(options, 'signal')
      return undefined
    }
    checkShape(signal)
    // A signal that is listened to already has shown that it works.
    if (!signal.aborted && !watches.has(signal)) tryListening(signal)
  } catch (error) {
    throw error instanceof KafkaError ? error : invalidArgument('the signal threw', error)
  }
  return signal
}

/** By its shape: a test runner may have an AbortSignal of its own. */
function checkShape(signal: Partial<AbortSignal>): asserts signal is AbortSignal {
  if (typeof signal.aborted !== 'boolean')
    throw invalidArgument(`signal is ${typeName(signal)}; give an AbortSignal`)
  for (const method of ['addEventListener', 'removeEventListener'] as const)
    if (typeof signal[method] !== 'function')
      throw invalidArgument(`signal has no ${method}; give an AbortSignal`)
}

/** Before anything is sent: a signal that throws afterwards could take the result with it. */
function tryListening(signal: AbortSignal): void {
  signal.addEventListener('abort', ignore)
  signal.removeEventListener('abort', ignore)
}

function ignore(): void {}

/** The error of a call that ended because its signal was aborted. */
export function abortedError(signal: AbortSignal, persisted?: 'no' | 'possibly'): KafkaError {
  const detail =
    persisted === 'possibly'
      ? 'aborted by its signal while the record was on its way'
      : 'aborted by its signal'
  return new KafkaError('ABORTED', detail, {
    cause: reasonOf(signal),
    ...(persisted === undefined ? {} : { persisted }),
  })
}

function reasonOf(signal: AbortSignal): unknown {
  try {
    return signal.reason
  } catch (error) {
    return error
  }
}

/**
 * Settles as the work does, or rejects as soon as the signal is aborted. The work itself goes on.
 *
 * @param onAbort - undoes what it can, and gives the error to reject with
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

/**
 * Calls `onAbort` once, when the signal is aborted, or now if it is aborted already.
 *
 * @returns a function that ends the watch
 */
export function watch(signal: AbortSignal, onAbort: () => void): () => void {
  if (signal.aborted) {
    onAbort()
    return () => {}
  }
  const signalWatch = watches.get(signal) ?? new SignalWatch(signal)
  signalWatch.add(onAbort)
  return () => signalWatch.delete(onAbort)
}

/**
 * The one listener on a signal. A program may pass the same signal with every send, but Node warns from the eleventh
 * listener on, and walks through all listeners to add another.
 */
class SignalWatch {
  readonly #signal: AbortSignal
  readonly #watchers = new Set<() => void>()
  readonly #abort = (): void => {
    const watchers = [...this.#watchers]
    this.#end()
    // The last record first. A record that leaves the line makes room for those behind it, and these are about to leave, too.
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
    watches.delete(this.#signal)
    try {
      this.#signal.removeEventListener('abort', this.#abort)
    } catch {
      // It has worked before anything was sent. A listener that stays does nothing any more.
    }
  }
}
