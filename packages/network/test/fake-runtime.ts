import type { NetworkRuntime } from '../src/runtime.js'

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** An event loop that a test turns by hand: timers, microtasks and immediates in Node's order, and dice that are loaded. */
export class FakeRuntime implements NetworkRuntime {
  readonly warnings: string[] = []
  readonly debugs: string[] = []
  /** What `random` gives: 0.5 is a back-off without jitter. */
  chance: () => number = () => 0.5
  readonly logger = {
    debug: (message: string) => void this.debugs.push(message),
    info: () => {},
    warn: (message: string) => void this.warnings.push(message),
  }
  #now = 1_000_000
  #timers: Timer[] = []
  #immediates: (() => void)[] = []

  now(): number {
    return this.#now
  }

  setTimeout(run: () => void, ms: number): unknown {
    const timer = { at: this.#now + ms, run }
    this.#timers.push(timer)
    return timer
  }

  clearTimeout(timer: unknown): void {
    this.#timers = this.#timers.filter((waiting) => waiting !== timer)
  }

  setImmediate(run: () => void): unknown {
    return this.#immediates.push(run)
  }

  readonly random = (): number => this.chance()

  /** Lets so much time pass, and everything happen that is due in it. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms
    await this.settle()
    for (let timer = this.#due(until); timer !== undefined; timer = this.#due(until)) {
      this.#now = Math.max(this.#now, timer.at)
      this.clearTimeout(timer)
      timer.run()
      await this.settle()
    }
    this.#now = until
    await this.settle()
  }

  /** The loop is blocked: time goes on, and nothing happens. */
  block(ms: number): void {
    this.#now += ms
  }

  /** Runs one timer that is due, and nothing after it. */
  runLateTimer(): void {
    const timer = this.#due(this.#now)
    if (timer === undefined) throw new Error('no timer is late')
    this.clearTimeout(timer)
    timer.run()
  }

  /** Lets everything happen that needs no timer. */
  async settle(): Promise<void> {
    do {
      for (const run of this.#immediates.splice(0)) run()
      for (let turn = 0; turn < 30; turn++) await Promise.resolve()
    } while (this.#immediates.length > 0)
  }

  /** Timers that still wait. */
  get pendingTimers(): number {
    return this.#timers.length
  }

  #due(until: number): Timer | undefined {
    const due = this.#timers.filter(({ at }) => at <= until)
    return due.toSorted((a, b) => a.at - b.at)[0]
  }
}
