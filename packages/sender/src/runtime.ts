/** What the sender needs from its surroundings; tests pass a clock of their own. */
export interface SenderRuntime {
  /** Monotonic milliseconds, the clock of the batches' deadlines. */
  now(): number
  setTimeout(run: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
  /** Runs after the sockets have been read once more. */
  setImmediate(run: () => void): unknown
  /** From 0 up to, not including, 1. */
  random(): number
  readonly logger: {
    warn(message: string): void
    error(message: string): void
  }
}
