import { longestTimerMs } from '@sluice/protocol'
import type { SenderRuntime } from './runtime.js'

/** Wakes the send loop for the next moment at which time alone changes something. */
export class WakeTimer {
  readonly #runtime: SenderRuntime
  readonly #wake: () => void
  #timer: unknown = null
  /** When the timer is due; Infinity while none is set. */
  #at = Infinity
  #readUpTo = -Infinity

  constructor(runtime: SenderRuntime, wake: () => void) {
    this.#runtime = runtime
    this.#wake = wake
  }

  /**
   * The time, in monotonic ms, until which everything that had arrived has been read. When the event loop was blocked, the
   * answer to a batch that seems late may wait in a socket: only deadlines before this time have passed.
   */
  get readUpTo(): number {
    return this.#readUpTo
  }

  /** A timer that is due earlier wakes once for nothing. If each run set the timer again, it might never come due. */
  wakeAt(at: number, now: number): void {
    if (at >= this.#at) return
    this.#runtime.clearTimeout(this.#timer)
    this.#at = at
    // Rounded up: woken a fraction early, the loop would only have to sleep again.
    const ms = Math.min(Math.max(0, Math.ceil(at - now)), longestTimerMs)
    this.#timer = this.#runtime.setTimeout(() => this.#timeIsUp(), ms)
  }

  stop(): void {
    this.#runtime.clearTimeout(this.#timer)
    this.#at = Infinity
  }

  #timeIsUp(): void {
    this.#at = Infinity
    const time = this.#runtime.now()
    // Timers run before the sockets are read, immediates after.
    this.#runtime.setImmediate(() => {
      this.#readUpTo = time
      this.#wake()
    })
  }
}
