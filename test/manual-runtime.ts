import { createClock } from '@sinonjs/fake-timers'
import { seededRandom } from './seeded-random.js'

/** What was logged, for tests to look at. */
export interface LoggedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
}

/** Where its two clocks start: apart, so that a test notices when one is taken for the other. */
const monotonicStart = 5_000
const wallClockStart = Date.UTC(2026, 0, 1)

/**
 * The runtime of every stage, with time that moves only when a test says so. A timer's callback is a
 * turn of the event loop, at whose end the immediates run, as in production.
 */
export class ManualRuntime {
  readonly logged: LoggedLine[] = []
  readonly random: () => number
  readonly logger = {
    debug: (message: string): void => this.#log('debug', message),
    info: (message: string): void => this.#log('info', message),
    warn: (message: string): void => this.#log('warn', message),
    error: (message: string): void => this.#log('error', message),
  }
  readonly #clock = createClock(0)
  #immediates: (() => void)[] = []
  #blockedUntil = 0

  /** @param seed - of `random` */
  constructor(seed = 1) {
    this.random = seededRandom(seed)
  }

  readonly now = (): number => monotonicStart + this.#passedMs()

  readonly wallClock = (): number => wallClockStart + this.#passedMs()

  readonly setTimeout = (run: () => void, ms: number): unknown =>
    this.#clock.setTimeout(() => {
      run()
      this.endTurn()
    }, ms)

  readonly clearTimeout = (timer: unknown): void => this.#clock.clearTimeout(timer as number)

  readonly setImmediate = (run: () => void): unknown => this.#immediates.push(run)

  /** Ends this turn of the event loop: runs the immediates set so far, not those which these set. */
  endTurn(): void {
    const immediates = this.#immediates
    this.#immediates = []
    for (const run of immediates) run()
  }

  /** Ends this turn, then lets time pass and fires the timers it reaches, in order. */
  advance(ms: number): void {
    this.#endTurns()
    this.#clock.tick(this.#passedMs() + ms - this.#clock.now)
    this.#endTurns()
  }

  /** As `advance`, with the promise reactions of each timer before the next timer. */
  async advanceAsync(ms: number): Promise<void> {
    this.#endTurns()
    await this.#clock.tickAsync(this.#passedMs() + ms - this.#clock.now)
    this.#endTurns()
  }

  /** Timers that are set. */
  get timers(): number {
    return this.#clock.countTimers()
  }

  /** Time passes while the caller keeps the thread busy: no timer fires before the next `advance`. */
  block(ms: number): void {
    this.#blockedUntil = this.#passedMs() + ms
  }

  #endTurns(): void {
    while (this.#immediates.length > 0) this.endTurn()
  }

  #passedMs(): number {
    return Math.max(this.#clock.now, this.#blockedUntil)
  }

  #log(level: LoggedLine['level'], message: string): void {
    this.logged.push({ level, message })
  }
}
