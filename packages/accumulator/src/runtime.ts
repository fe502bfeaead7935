/** What the accumulator needs from its surroundings; tests pass a clock of their own. */
export interface AccumulatorRuntime {
  /** Monotonic milliseconds, the same clock on both threads. */
  now(): number
  /** Milliseconds since 1970. */
  wallClock(): number
  setTimeout(run: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
  /** Runs at the end of this turn of the event loop. */
  setImmediate(run: () => void): unknown
  readonly logger: { error(message: string): void }
}
