import { setImmediate as realTurn } from 'node:timers/promises'
import { seededRandom } from './seeded-random.js'

/** A line that was written to the logger of a manual clock. */
export interface LoggedLine {
  /** The method of the logger that was called. */
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  /** The text that the method was given. */
  readonly message: string
}

/** What `manualClock` can be told. */
export interface ManualClockOptions {
  /** Seed of the numbers that `random` gives, an integer; default 1. */
  readonly seed?: number
}

interface Timer {
  readonly at: number
  readonly run: () => void
}

/** The two clocks start apart, so that a test notices when the code takes one for the other. */
const monotonicStart = 5_000
const wallClockStart = Date.UTC(2026, 0, 1)

/** A clock that a test moves by hand, made by `manualClock`. The methods that a stage calls work without the object too. */
export class ManualClock {
  /** All that was logged, in order. */
  readonly logged: LoggedLine[] = []

  /** A logger that writes to `logged`. */
  readonly logger = {
    /** Writes a line of level `debug`. */
    debug: (message: string): void => this.#log('debug', message),
    /** Writes a line of level `info`. */
    info: (message: string): void => this.#log('info', message),
    /** Writes a line of level `warn`. */
    warn: (message: string): void => this.#log('warn', message),
    /** Writes a line of level `error`. */
    error: (message: string): void => this.#log('error', message),
  }

  /** From 0 up to, not including, 1. A test may put another function here: `() => 0.5` is a back-off without jitter. */
  random: () => number

  #passedMs = 0
  #isFiring = false
  readonly #timers = new Set<Timer>()
  #immediates: (() => void)[] = []

  /** @param options The seed. */
  constructor({ seed = 1 }: ManualClockOptions = {}) {
    this.random = seededRandom(seed)
  }

  /** Monotonic milliseconds. */
  readonly now = (): number => monotonicStart + this.#passedMs

  /** Milliseconds since 1970. */
  readonly wallClock = (): number => wallClockStart + this.#passedMs

  /**
   * Sets a timer. A fraction of a millisecond counts as a whole one. 0 or less is due at once, but 1 ms later when it is
   * set by a timer that fires: so a timer that sets itself again and again lets time pass.
   */
  readonly setTimeout = (run: () => void, ms: number): unknown => {
    const atLeast = this.#isFiring ? 1 : 0
    const timer = { at: this.#passedMs + Math.max(atLeast, Math.ceil(ms)), run }
    this.#timers.add(timer)
    return timer
  }

  /** Takes back a timer that has not fired yet. */
  readonly clearTimeout = (timer: unknown): void => void this.#timers.delete(timer as Timer)

  /** Puts off a call to the end of this turn of the event loop. */
  readonly setImmediate = (run: () => void): unknown => this.#immediates.push(run)

  /** How many timers are set and have not fired. */
  get pendingTimers(): number {
    return this.#timers.size
  }

  /** Ends this turn of the event loop: runs the immediates that are set, and not those that these set. */
  endTurn(): void {
    const immediates = this.#immediates
    this.#immediates = []
    for (const run of immediates) run()
  }

  /** Ends turns of the event loop until no immediate is set. */
  endTurns(): void {
    while (this.#immediates.length > 0) this.endTurn()
  }

  /** As `endTurns`, and lets all promise reactions run in between. */
  async settle(): Promise<void> {
    do {
      this.endTurn()
      await realTurn()
    } while (this.#immediates.length > 0)
  }

  /** Lets time pass, and fires the timers that it reaches in the order of their times. Each is a turn of the event loop. */
  advance(ms: number): void {
    this.endTurns()
    const until = this.#passedMs + ms
    while (this.#fireNext(until)) this.endTurns()
    this.#passedMs = until
  }

  /** As `advance`, and lets all promise reactions run before each timer and at the end. */
  async pass(ms: number): Promise<void> {
    await this.settle()
    const until = this.#passedMs + ms
    while (this.#fireNext(until)) await this.settle()
    this.#passedMs = until
    await this.settle()
  }

  /** Lets time pass while the code keeps the thread busy: nothing fires. Timers that it reaches are late. */
  block(ms: number): void {
    this.#passedMs += ms
  }

  /**
   * Fires the timers that are late, and runs nothing after them: what Node does before it reads the sockets.
   *
   * @returns How many timers fired.
   */
  fireLateTimers(): number {
    const late = [...this.#timers].filter(({ at }) => at <= this.#passedMs)
    let fired = 0
    for (const timer of late.toSorted((a, b) => a.at - b.at)) if (this.#fire(timer)) fired++
    return fired
  }

  #fireNext(until: number): boolean {
    let next: Timer | undefined
    for (const timer of this.#timers) if (timer.at < (next?.at ?? Infinity)) next = timer
    return next !== undefined && next.at <= until && this.#fire(next)
  }

  /** @returns Whether it was still set. */
  #fire(timer: Timer): boolean {
    if (!this.#timers.delete(timer)) return false
    this.#passedMs = Math.max(this.#passedMs, timer.at)
    this.#isFiring = true
    try {
      timer.run()
    } finally {
      this.#isFiring = false
    }
    return true
  }

  #log(level: LoggedLine['level'], message: string): void {
    this.logged.push({ level, message })
  }
}

/**
 * A clock whose time stands still until a test moves it. It serves every stage as its `runtime`: monotonic and wall
 * clock, timers, immediates, random numbers and a logger.
 *
 * @param options The seed of its random numbers.
 */
export function manualClock(options?: ManualClockOptions): ManualClock {
  return new ManualClock(options)
}
