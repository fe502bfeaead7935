import { performance } from 'node:perf_hooks'
import { clearTimeout, setTimeout } from 'node:timers'

/** The clock and timers of the brokers. A test may pass a clock of its own: `manualClock()` of `@sluice/protocol/testing` fits. */
export interface EmbeddedRuntime {
  /** Monotonic milliseconds. They say how long a Fetch or a Produce waits. */
  now(): number
  /** Milliseconds since 1970. They say when an idempotent producer is forgotten. */
  wallClock(): number
  /** Calls a function once after some milliseconds, and returns the timer. */
  setTimeout(run: () => void, ms: number): unknown
  /** Takes back a timer. */
  clearTimeout(timer: unknown): void
  /** From 0 up to, not including, 1. It makes the ids of the cluster, of topics and of clients; without it they are random. */
  random?(): number
}

/** Clocks and timers of the process. No timer keeps the process alive, for the sockets do. */
export const processRuntime: EmbeddedRuntime = {
  now: () => performance.now(),
  wallClock: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms).unref(),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
}
