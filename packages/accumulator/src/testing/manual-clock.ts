import type { AccumulatorRuntime } from '../runtime.js'

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** Surroundings whose time moves only when a test says so. A timer's callback is a turn of the event loop. */
export class ManualClock implements AccumulatorRuntime {
  readonly logged: string[] = []
  readonly logger = { error: (message: string): void => void this.logged.push(message) }
  readonly #timers = new Set<Timer>()
  #immediates: (() => void)[] = []
  #passedMs = 0

  /** Apart from `wallClock`, so that one taken for the other is noticed. */
  readonly now = (): number => 5_000 + this.#passedMs

  readonly wallClock = (): number => 1_700_000_000_000 + this.#passedMs

  readonly setTimeout = (run: () => void, ms: number): unknown => {
    const timer = { run, at: this.#passedMs + Math.max(0, ms) }
    this.#timers.add(timer)
    return timer
  }

  readonly clearTimeout = (timer: unknown): void => void this.#timers.delete(timer as Timer)

  readonly setImmediate = (run: () => void): unknown => this.#immediates.push(run)

  /** Timers that are set. */
  get timers(): number {
    return this.#timers.size
  }

  /** Ends this turn, and those that begin with what it has put off. */
  endTurns(): void {
    while (this.#immediates.length > 0) {
      const immediates = this.#immediates
      this.#immediates = []
      for (const run of immediates) run()
    }
  }

  /** Ends this turn, then lets time pass and fires the timers it reaches, in order. */
  advance(ms: number): void {
    this.endTurns()
    const until = this.#passedMs + ms
    for (let next = this.#nextUpTo(until); next !== undefined; next = this.#nextUpTo(until)) {
      this.#timers.delete(next)
      this.#passedMs = Math.max(this.#passedMs, next.at)
      next.run()
      this.endTurns()
    }
    this.#passedMs = until
  }

  #nextUpTo(until: number): Timer | undefined {
    const due = [...this.#timers].filter(({ at }) => at <= until)
    return due.sort((a, b) => a.at - b.at)[0]
  }
}
