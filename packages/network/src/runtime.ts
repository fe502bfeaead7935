import type { NetworkObserver } from './observer.js'

/** What the network needs from outside. Tests pass a clock of their own. */
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
  /** Hears what the client does.
   *  @defaultValue none, and then no event is made */
  readonly observer?: NetworkObserver
}
