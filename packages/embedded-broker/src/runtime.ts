/** What the brokers need from their surroundings; tests pass a clock of their own. */
export interface EmbeddedRuntime {
  /** Monotonic milliseconds: how long a Fetch or a Produce waits. */
  now(): number
  /** Milliseconds since 1970: when the state of an idempotent producer is old. */
  wallClock(): number
  setTimeout(run: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
}

/** The process's own clocks and timers. No timer keeps the process alive: the sockets do. */
export const processRuntime: EmbeddedRuntime = {
  now: () => performance.now(),
  wallClock: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms).unref(),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
}
