import type { SenderObserver } from './observer.js'

/** What the sender needs from outside. Tests pass a clock of their own. */
export interface SenderRuntime {
  /** Monotonic milliseconds: the clock of the batches' deadlines. */
  now(): number
  /** Calls `run` once, after so many ms. @returns what `clearTimeout` takes */
  setTimeout(run: () => void, ms: number): unknown
  /** Takes a timer back. Does nothing for null and for a timer that has run. */
  clearTimeout(timer: unknown): void
  /** Runs after the sockets have been read once more. */
  setImmediate(run: () => void): unknown
  /** From 0 up to, not including, 1. */
  random(): number
  /** Where the sender reports. */
  readonly logger: {
    /** Something is wrong, and the sender goes on. */
    warn(message: string): void
    /** Something failed that no caller hears of. */
    error(message: string): void
  }
  /** Hears what the sender does.
   *  @defaultValue none, and then no event is made */
  readonly observer?: SenderObserver
}
