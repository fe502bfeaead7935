import type { NetworkRuntime } from '../runtime.js'
import { PatientTimer } from './patient-timer.js'

/** A broker that leaves a request unanswered for so long is not asked what another broker can answer as well. */
const slowMs = 1_000
/** While the broker stays slow, `slow` is called again: the cluster may have found another leader by now. */
const repeatMs = 2_000

/** Notices a broker that keeps its oldest request waiting, long before that request times out. */
export class SlowBrokerDetector {
  readonly #runtime: NetworkRuntime
  readonly #oldestSentAt: () => number
  readonly #onSlow: () => void
  readonly #timer: PatientTimer
  #slow = false

  /**
   * @param oldestSentAt - gives the time at which the oldest unanswered request was sent, monotonic ms; Infinity while
   * there is none
   * @param onSlow - called when the broker becomes slow, and every two seconds while it stays so
   */
  constructor(runtime: NetworkRuntime, oldestSentAt: () => number, onSlow: () => void) {
    this.#runtime = runtime
    this.#oldestSentAt = oldestSentAt
    this.#onSlow = onSlow
    this.#timer = new PatientTimer(runtime, () => this.#judge())
  }

  /** Whether the oldest request has waited for a second. */
  get slow(): boolean {
    return this.#slow
  }

  /** To be called when something was sent. */
  sent(): void {
    if (!this.#timer.running) this.#timer.start(slowMs)
  }

  /** To be called when an answer came. */
  answered(): void {
    if (!this.#slow) return
    this.#slow = false
    this.#timer.start(slowMs)
  }

  /** To be called when a request that needs no answer was written. Another one may wait still. */
  flushed(): void {
    if (this.#slow) this.#slow = this.#leftMs() <= 0
  }

  stop(): void {
    this.#timer.stop()
  }

  #judge(): void {
    const leftMs = this.#leftMs()
    this.#slow = leftMs <= 0
    if (leftMs === Infinity) return
    this.#timer.start(this.#slow ? repeatMs : leftMs)
    if (this.#slow) this.#onSlow()
  }

  /** For how much longer the oldest request may wait; Infinity while no request waits. */
  #leftMs(): number {
    return this.#oldestSentAt() + slowMs - this.#runtime.now()
  }
}
