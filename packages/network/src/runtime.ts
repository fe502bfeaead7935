import type { NetworkObserver } from './observer.js'

/** What the network needs from outside. Tests pass a clock of their own. */
export interface NetworkRuntime {
  /** Monotonic milliseconds. */
  now(): number
  /** As in Node. The timer must not keep the process alive. */
  setTimeout(run: () => void, ms: number): unknown
  /** As in Node. */
  clearTimeout(timer: unknown): void
  /** As in Node: `run` is called after the next poll phase of the event loop. */
  setImmediate(run: () => void): unknown
  /** From 0 up to, not including, 1. */
  random(): number
  /** Gets lines that somebody may want to read. */
  readonly logger: NetworkLogger
  /** Hears what the client does.
   *  @defaultValue none, and then no event is made */
  readonly observer?: NetworkObserver
}

/** Where a network client writes its lines; `console` is one. */
export interface NetworkLogger {
  /** What explains a problem afterwards: every failed attempt. */
  debug(message: string): void
  /** What is normal and rare. */
  info(message: string): void
  /** What should not happen: a broker that is lost, a listener that throws. */
  warn(message: string): void
}
