import type { AccumulatorFront } from '@sluice/accumulator'
import { abortedError, watch } from '../delivery/abort-signal.js'
import type { CallbackDeliveries } from '../delivery/callback-delivery.js'

/**
 * The calls of `flush` that wait. Those that wait for the same records share one promise of the front, and a call that is
 * aborted leaves nothing behind: a program that gives each flush a second, in an hour without a broker, must not fill the
 * memory with them.
 */
export class Flushes {
  readonly #front: AccumulatorFront
  readonly #callbacks: CallbackDeliveries
  readonly #acknowledged: () => Promise<void>
  /** The calls that wait for a promise of the front, while it is pending. */
  readonly #waiting = new WeakMap<Promise<void>, Set<() => void>>()

  /** @param acknowledged - resolves when interceptors have heard of all that has settled */
  constructor(
    front: AccumulatorFront,
    callbacks: CallbackDeliveries,
    acknowledged: () => Promise<void>,
  ) {
    this.#front = front
    this.#callbacks = callbacks
    this.#acknowledged = acknowledged
  }

  /**
   * Resolves when all records sent so far have settled, and the callbacks of those that were refused have been called.
   *
   * @throws KafkaError ABORTED by its signal
   */
  async flushed(signal?: AbortSignal): Promise<void> {
    const flushed = this.#front.flush()
    if (signal !== undefined) await this.#settledOrAborted(flushed, signal)
    await flushed
    await this.#callbacks.deferredDone()
    await this.#acknowledged()
  }

  #settledOrAborted(flushed: Promise<void>, signal: AbortSignal): Promise<void> {
    const waiting = this.#waitingFor(flushed)
    return new Promise((resolve, reject) => {
      const end = (): void => {
        unwatch()
        resolve()
      }
      waiting.add(end)
      const unwatch = watch(signal, () => {
        waiting.delete(end)
        reject(abortedError(signal))
      })
    })
  }

  #waitingFor(flushed: Promise<void>): Set<() => void> {
    const known = this.#waiting.get(flushed)
    if (known !== undefined) return known
    const waiting = new Set<() => void>()
    this.#waiting.set(flushed, waiting)
    const settled = (): void => {
      for (const end of waiting) end()
      waiting.clear()
      this.#waiting.delete(flushed)
    }
    void flushed.then(settled, settled)
    return waiting
  }
}
