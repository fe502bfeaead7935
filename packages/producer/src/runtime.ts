/** Clock, timers, randomness and logger of all stages: one object serves them all. */
export interface ProducerRuntime {
  /** Monotonic milliseconds. */
  now(): number
  /** Milliseconds since 1970. */
  wallClock(): number
  setTimeout(run: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
  setImmediate(run: () => void): unknown
  /** From 0 up to, not including, 1. */
  random(): number
  readonly logger: Logger
}

/** Where the producer reports. Any logger with these four methods fits. */
export interface Logger {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}

/**
 * The real one. Its timers do not keep the process alive: whether the producer does is decided in one
 * place, by what is pending (see keep-alive.ts).
 */
export function nodeRuntime(logger: Logger = quietLogger): ProducerRuntime {
  return {
    now: monotonicMs,
    wallClock: Date.now,
    setTimeout: (run, ms) => setTimeout(run, ms).unref(),
    clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
    setImmediate,
    random: Math.random,
    logger,
  }
}

/** Without a logger only errors are heard, as process warnings. */
const quietLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (message) => process.emitWarning(message, 'SluiceWarning'),
}

/** Unlike `performance.now` the same on every thread of the process. */
function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e3 + nanoseconds / 1e6
}
