import process from 'node:process'
import timers from 'node:timers'
import { longestTimerMs, printableThrown } from '@sluice/protocol'
import type { ChannelSource } from './channels/channel-messages.js'
import { nextChannelSource } from './channels/channel-source.js'
import { StageChannels } from './channels/stage-channels.js'
import { Meter } from './metrics/meter.js'
import type { ProducerMeter } from './metrics/producer-meter.js'
import { guardedObserver, type ProducerObserver } from './observer.js'
import { inOwnContext } from './own-context.js'
import { hearRejection } from './returned-promise.js'

/** Clocks, timers, randomness, logger and observer. One object serves all stages. */
export interface ProducerRuntime {
  /** Monotonic milliseconds. */
  now(): number
  /** Milliseconds since 1970. */
  wallClock(): number
  /** Runs once, after `ms` at the earliest. @returns a timer for `clearTimeout` */
  setTimeout(run: () => void, ms: number): unknown
  /** Takes a timer back. One that has run is no mistake. */
  clearTimeout(timer: unknown): void
  /** Runs at the end of this turn of the event loop, after the sockets have been read. */
  setImmediate(run: () => void): unknown
  /** From 0 up to, not including, 1. */
  random(): number
  /** Takes reports of all stages. It must not throw. */
  readonly logger: Logger
  /** Watches the stages at work. Its methods must not throw. */
  readonly observer?: ProducerObserver
  /** Hears by `observer` what `metrics()` and `status()` tell. Without it they know only what the producer and its front count. */
  readonly meter?: ProducerMeter
  /** What the messages of the channels of `node:diagnostics_channel` say of the producer. Without it the producer has a number, and the `clientId` "sluice". */
  readonly channelSource?: ChannelSource
}

/** Where the producer reports. Any logger with these four methods fits. */
export interface Logger {
  /** What a developer of Sluice would like to know. */
  debug(message: string): void
  /** What happens in ordinary operation: a connection opened, a broker that was away is back. */
  info(message: string): void
  /** What is not as it should be, and is dealt with. */
  warn(message: string): void
  /** What somebody should look at: a record that was not delivered, code of the program that threw. */
  error(message: string): void
}

/**
 * The clocks, timers and randomness of Node, and the meter of one producer: give each producer a runtime of its own. The timers
 * do not keep the process alive: only pending records do (see lifecycle/keep-alive.ts).
 *
 * @param logger - guarded: what it throws becomes a process warning. Without a logger errors become process warnings, and
 * all else is silent.
 * @param observer - guarded: what its methods throw is logged as an error, the first time for each method
 * @param clientId - for the messages of the channels of `node:diagnostics_channel`, the default "sluice"
 */
export function nodeRuntime(
  logger?: Logger,
  observer?: ProducerObserver,
  clientId?: string,
): ProducerRuntime {
  const stageChannels = new StageChannels(nextChannelSource(clientId))
  return observedRuntime({ meter: new Meter(), stageChannels }, logger, observer)
}

/** What hears the stages of one producer besides its observer. */
export interface StageListeners {
  readonly meter: Meter
  readonly stageChannels: StageChannels
}

/** The same with these listeners. */
export function observedRuntime(
  { meter, stageChannels }: StageListeners,
  logger?: Logger,
  observer?: ProducerObserver,
): ProducerRuntime {
  const surroundings = nodeSurroundings(logger)
  const given = observer === undefined ? {} : guardedObserver(observer, surroundings.logger)
  const observing = stageChannels.observing(meter.observing(given))
  return { ...surroundings, observer: observing, meter, channelSource: stageChannels.source }
}

/** The same without an observer and a meter. */
export function nodeSurroundings(logger?: Logger): ProducerRuntime {
  return {
    now: monotonicMs,
    wallClock: Date.now,
    setTimeout: (run, ms) =>
      inOwnContext(timers.setTimeout, run, Math.min(ms, longestTimerMs)).unref(),
    clearTimeout: (timer) => timers.clearTimeout(timer as NodeJS.Timeout),
    setImmediate: (run) => inOwnContext(timers.setImmediate, run),
    random: Math.random,
    logger: logger === undefined ? quietLogger : guardedLogger(logger),
  }
}

/** In place of a logger: errors become process warnings, all else is silent. */
const quietLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (message) => process.emitWarning(message, 'SluiceWarning'),
}

/**
 * An error of the logger would end the work that is reported on: a batch half settled, an answer half read. A rejection
 * would end the process. What could not be logged is in the warning.
 */
export function guardedLogger(logger: Logger): Logger {
  const guarded = (level: keyof Logger): Logger[typeof level] => guardedMethod(logger, level)
  return {
    debug: guarded('debug'),
    info: guarded('info'),
    warn: guarded('warn'),
    error: guarded('error'),
  }
}

function guardedMethod(logger: Logger, level: keyof Logger): (message: string) => void {
  let rejected = false
  const onRejection = (message: string, reason: unknown): void => {
    if (rejected) return
    rejected = true
    process.emitWarning(
      `The logger's ${level} rejected, of which is warned once (${printableThrown(reason)}), at: ${message}`,
      'SluiceWarning',
    )
  }
  return (message) => {
    try {
      const returned: unknown = logger[level](message)
      hearRejection(returned, (reason) => onRejection(message, reason))
    } catch {
      process.emitWarning(`The logger threw at: ${message}`, 'SluiceWarning')
    }
  }
}

/** Unlike `performance.now` the same on every thread of the process. */
function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e3 + nanoseconds / 1e6
}
