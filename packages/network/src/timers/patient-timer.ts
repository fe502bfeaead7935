import type { NetworkRuntime } from '../runtime.js'

/** The longest grace. A peer that is alive has answered by then. */
const maxGraceMs = 1_000

/**
 * A time-out that is never judged before the sockets were read. When the event loop was blocked, a timer fires late and
 * *before* the sockets are read, although the answer may be waiting in one of them. So when the time is up, a poll phase
 * passes, then as long again as the timer was late (for a peer that was held up as well, in this process or by a busy
 * machine), then another poll phase; only then `expired` is called.
 */
export class PatientTimer {
  readonly #runtime: NetworkRuntime
  readonly #expired: () => void
  #timer: unknown
  #generation = 0
  #running = false
  #due = -Infinity

  constructor(runtime: NetworkRuntime, expired: () => void) {
    this.#runtime = runtime
    this.#expired = expired
  }

  get running(): boolean {
    return this.#running
  }

  /** Calls `expired` once, `ms` milliseconds from now or a little later. A new start replaces the one before. */
  start(ms: number): void {
    this.stop()
    this.#running = true
    const generation = this.#generation
    const due = this.#runtime.now() + ms
    this.#due = due
    let lateMs = 0
    // Each step does nothing when the timer was stopped or started anew meanwhile.
    const still = (next: () => void) => (): void => {
      if (generation === this.#generation) next()
    }
    const judge = still(() => {
      this.stop()
      this.#expired()
    })
    const pollAgain = still(() => this.#runtime.setImmediate(judge))
    const giveGrace = still(() => {
      this.#timer = this.#runtime.setTimeout(pollAgain, lateMs)
    })
    // Timers run before the poll phase and immediates after it, so `setImmediate` from a timer waits for one.
    const pollOnce = still(() => {
      lateMs = Math.min(Math.max(0, this.#runtime.now() - due), maxGraceMs)
      this.#runtime.setImmediate(giveGrace)
    })
    this.#timer = this.#runtime.setTimeout(pollOnce, ms)
  }

  /** Gives `ms` milliseconds more, where the timer is running. */
  extend(ms: number): void {
    if (this.#running) this.start(Math.max(0, this.#due - this.#runtime.now()) + ms)
  }

  stop(): void {
    this.#generation++
    this.#running = false
    if (this.#timer === undefined) return
    this.#runtime.clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
