import { createAbortController } from '../timers/abort-controller.js'
import { Timer, type TimerRuntime } from '../timers/timer.js'

/** An attempt may go on alone for so long, then the next address is tried beside it (RFC 8305 recommends 250 ms). */
const headStartMs = 250

/** One attempt at the address with this index. `isLast`: there is no further address. */
export type RaceAttempt<T> = (index: number, isLast: boolean, signal: AbortSignal) => Promise<T>

/**
 * Tries the addresses of one name, each with a head start before the next one, so that one that drops packets costs a
 * quarter of a second. The first that succeeds ends the others.
 */
export class AddressRace<T extends { destroy(): void }> {
  readonly #count: number
  readonly #attempt: RaceAttempt<T>
  readonly #signal: AbortSignal
  readonly #timer: Timer
  readonly #ended = createAbortController()
  readonly #failures: Error[] = []
  #started = 0
  #settle: (end: () => void) => void = () => {}
  #resolve: (winner: { readonly index: number; readonly value: T }) => void = () => {}
  #reject: (reason: unknown) => void = () => {}

  /**
   * @param count - how many addresses there are
   * @param signal - ends all attempts when it aborts
   */
  constructor(count: number, attempt: RaceAttempt<T>, signal: AbortSignal, timers: TimerRuntime) {
    this.#count = count
    this.#attempt = attempt
    this.#signal = signal
    this.#timer = new Timer(timers)
  }

  /** How many addresses were tried. */
  get started(): number {
    return this.#started
  }

  /** Why the attempts failed that did, in the order of the addresses. */
  get failures(): readonly Error[] {
    return this.#failures.filter((failure) => failure !== undefined)
  }

  /** Rejects when every attempt has failed, or with the reason of the signal. To be called once. */
  run(): Promise<{ readonly index: number; readonly value: T }> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => this.#settle(() => reject(this.#signal.reason))
      this.#settle = (end) => {
        this.#settle = () => {}
        this.#timer.stop()
        this.#signal.removeEventListener('abort', onAbort)
        end()
        this.#ended.abort(this.#signal.reason ?? new Error('another address was quicker'))
      }
      this.#resolve = resolve
      this.#reject = reject
      if (this.#signal.aborted) return onAbort()
      this.#signal.addEventListener('abort', onAbort)
      this.#startNext()
    })
  }

  #startNext(): void {
    const index = this.#started++
    const isLast = this.#started === this.#count
    if (!isLast) this.#timer.start(headStartMs, () => this.#startNext())
    this.#attempt(index, isLast, this.#ended.signal).then(
      (value) => this.#succeeded(index, value),
      (error: unknown) => this.#failed(index, error as Error),
    )
  }

  #succeeded(index: number, value: T): void {
    if (this.#ended.signal.aborted) return value.destroy()
    this.#settle(() => this.#resolve({ index, value }))
  }

  #failed(index: number, error: Error): void {
    if (this.#ended.signal.aborted) return
    this.#failures[index] = error
    if (this.#started < this.#count) {
      this.#timer.stop()
      this.#startNext()
    } else if (this.failures.length === this.#count) this.#settle(() => this.#reject(error))
  }
}
