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

/** Node's timers run at once where more is asked for. */
export const longestTimerMs = 2_147_483_647

/**
 * The real one. Its timers do not keep the process alive: whether the producer does is decided in one
 * place, by what is pending (see keep-alive.ts). A logger that throws harms nobody but itself.
 */
export function nodeRuntime(logger?: Logger): ProducerRuntime {
  return {
    now: monotonicMs,
    wallClock: Date.now,
    setTimeout: (run, ms) => setTimeout(run, Math.min(ms, longestTimerMs)).unref(),
    clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
    setImmediate,
    random: Math.random,
    logger: logger === undefined ? quietLogger : guarded(logger),
  }
}

/** Without a logger only errors are heard, as process warnings. */
const quietLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (message) => process.emitWarning(message, 'SluiceWarning'),
}

/** What a logger throws would end the work that is being reported on: records half told, an answer half read. */
function guarded(logger: Logger): Logger {
  const log =
    (level: keyof Logger): Logger[typeof level] =>
    (message) => {
      try {
        logger[level](message)
      } catch {
        process.emitWarning(`The logger threw at: ${message}`, 'SluiceWarning')
      }
    }
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') }
}

/** Unlike `performance.now` the same on every thread of the process. */
function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e3 + nanoseconds / 1e6
}
