import type { SenderRuntime } from '../runtime.js'

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** A clock that stands until the kit lets it go on. */
export class KitRuntime implements SenderRuntime {
  readonly logger = { warn: (): void => {}, error: (): void => {} }
  readonly #timers = new Set<Timer>()
  #now = 1_000

  readonly now = (): number => this.#now

  readonly random = (): number => 0.5

  readonly setTimeout = (run: () => void, ms: number): unknown => {
    const timer = { at: this.#now + ms, run }
    this.#timers.add(timer)
    return timer
  }

  readonly clearTimeout = (timer: unknown): void => {
    this.#timers.delete(timer as Timer)
  }

  /** The rig's turns let it run. */
  readonly setImmediate = (run: () => void): unknown => setImmediate(run)

  /** The next moment at which a timer is due; Infinity when none is set. */
  get nextAt(): number {
    return Math.min(Infinity, ...[...this.#timers].map(({ at }) => at))
  }

  goTo(time: number): void {
    this.#now = Math.max(this.#now, time)
    for (const timer of this.#timers) {
      if (timer.at > this.#now) continue
      this.#timers.delete(timer)
      timer.run()
    }
  }
}
