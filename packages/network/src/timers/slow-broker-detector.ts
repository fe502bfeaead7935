import type { NetworkRuntime } from '../runtime.js'
import { PatientTimer } from './patient-timer.js'

/** A peer that leaves a request unanswered for so long is not the one to ask what any broker can answer. */
const stallMs = 1_000
/** While it stays so, it is told again: the cluster may have found another leader by now. */
const repeatMs = 2_000

/** Notices a peer that keeps its oldest request waiting, long before that times out. */
export class StallWatch {
  readonly #runtime: NetworkRuntime
  readonly #oldestSince: () => number
  readonly #told: () => void
  readonly #timer: PatientTimer
  #stalled = false

  /**
   * @param oldestSince - when the oldest unanswered request was sent; Infinity while there is none
   * @param told - called when the peer stalls, and from time to time while it does
   */
  constructor(runtime: NetworkRuntime, oldestSince: () => number, told: () => void) {
    this.#runtime = runtime
    this.#oldestSince = oldestSince
    this.#told = told
    this.#timer = new PatientTimer(runtime, () => this.#judge())
  }

  get stalled(): boolean {
    return this.#stalled
  }

  asked(): void {
    if (!this.#timer.running) this.#timer.start(stallMs)
  }

  answered(): void {
    if (!this.#stalled) return
    this.#stalled = false
    this.#timer.start(stallMs)
  }

  stop(): void {
    this.#timer.stop()
  }

  #judge(): void {
    const since = this.#oldestSince()
    if (since === Infinity) return
    const leftMs = since + stallMs - this.#runtime.now()
    this.#stalled = leftMs <= 0
    this.#timer.start(this.#stalled ? repeatMs : leftMs)
    if (this.#stalled) this.#told()
  }
}
