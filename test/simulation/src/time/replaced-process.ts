import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import timers from 'node:timers'
import type { LoopImmediate, LoopTimer } from './event-loop.js'
import { RealTimeUsed } from './real-time-used.js'
import type { SimulatedTime } from './simulated-time.js'

/** What stands for the clocks, timers and random numbers of Node. */
export interface Surroundings {
  readonly time: SimulatedTime
  random(): number
  /** Milliseconds since 1970. */
  wallClock(): number
}

let present: Surroundings | null = null
/** What the code under test did that reaches out of the simulation. */
export const realUses: string[] = []

/** Lets code run in these surroundings, and in the real ones again afterwards. */
export function surroundedBy(surroundings: Surroundings | null): void {
  present = surroundings
}

type Patch = readonly [target: object, name: string, make: (real: Function) => Function]

/** The timers are what code imports from `node:timers`. Code that takes them from the global object, or opens a socket, has a mistake. */
const patches: readonly Patch[] = [
  [
    timers,
    'setTimeout',
    (real) =>
      (run: (...args: unknown[]) => void, ms = 1, ...args: unknown[]) =>
        present?.time.loop.setTimeout(() => run(...args), ms) ?? real(run, ms, ...args),
  ],
  [
    timers,
    'clearTimeout',
    (real) => (timer: LoopTimer | null | undefined) => {
      if (timer?.event === undefined) real(timer)
      else present?.time.loop.clearTimeout(timer)
    },
  ],
  [
    timers,
    'setInterval',
    (real) =>
      (run: () => void, ms = 1) =>
        present?.time.loop.setTimeout(run, ms) ?? real(run, ms),
  ],
  [
    timers,
    'clearInterval',
    (real) => (timer: LoopTimer | null | undefined) => {
      if (timer?.event === undefined) real(timer)
      else present?.time.loop.clearTimeout(timer)
    },
  ],
  [
    timers,
    'setImmediate',
    (real) =>
      (run: (...args: unknown[]) => void, ...args: unknown[]): LoopImmediate =>
        present?.time.loop.setImmediate(() => run(...args)) ?? real(run, ...args),
  ],
  [Date, 'now', (real) => () => present?.wallClock() ?? real()],
  [Math, 'random', (real) => () => present?.random() ?? real()],
  [performance, 'now', (real) => () => present?.time.now ?? real.call(performance)],
  [
    process,
    'hrtime',
    (real) =>
      Object.assign((...args: unknown[]) => {
        if (present === null) return real(...args)
        const ms = startMs + present.time.now
        const seconds = Math.floor(ms / 1_000)
        return [seconds, Math.round((ms - seconds * 1_000) * 1e6)]
      }, real),
  ],
  ...['setTimeout', 'setInterval', 'setImmediate'].map((name): Patch => [
    globalThis,
    name,
    forbidden(name),
  ]),
  [net.Socket.prototype, 'connect', forbidden('a socket')],
  [net.Server.prototype, 'listen', forbidden('a listening socket')],
]

/** The monotonic clock does not begin at 0. */
const startMs = 5_000_000

function forbidden(what: string): Patch[2] {
  return (real) =>
    function (this: unknown, ...args: unknown[]): unknown {
      if (present !== null) {
        Error.stackTraceLimit = 20
        realUses.push(new RealTimeUsed(what).stack ?? what)
      }
      return real.apply(this, args)
    }
}

/** Puts the simulated surroundings in the place of Node's until the work is done. */
export async function inReplacedProcess<T>(work: () => Promise<T>): Promise<T> {
  const reals = patches.map(([target, name]) => Reflect.get(target, name) as Function)
  patches.forEach(([target, name, make], index) => put(target, name, make(reals[index]!)))
  syncBuiltinESMExports()
  try {
    return await work()
  } finally {
    patches.forEach(([target, name], index) => put(target, name, reals[index]!))
    syncBuiltinESMExports()
    present = null
  }
}

function put(target: object, name: string, value: Function): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true })
}
