/** What the network needs from its surroundings; tests pass a clock of their own. */
export interface NetworkRuntime {
  /** Monotonic milliseconds. */
  now(): number
  setTimeout(run: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
  setImmediate(run: () => void): unknown
  /** From 0 up to, not including, 1. */
  random(): number
  readonly logger: {
    debug(message: string): void
    info(message: string): void
    warn(message: string): void
  }
}
