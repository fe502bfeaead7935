import { performance } from 'node:perf_hooks'
import { clearInterval, setInterval } from 'node:timers'

/** What the inspector needs of the time. */
export interface InspectorClock {
  /** Milliseconds since 1970. It never goes back. */
  now(): number
  /** Calls `run` again and again. It keeps no process alive. @returns what ends it */
  every(ms: number, run: () => void): () => void
}

/** Begins at the time of the system. Where that is set anew later, this goes on: rates and silences are differences of times. */
export function systemClock(): InspectorClock {
  const origin = Date.now() - performance.now()
  return {
    now: () => Math.round(origin + performance.now()),
    every(ms, run) {
      const timer = setInterval(run, ms).unref()
      return () => clearInterval(timer)
    },
  }
}
