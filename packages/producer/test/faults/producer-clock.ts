import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { manualClock } from '@sluice/protocol/testing'
import type { Producer, ProducerOptions } from '../../src/index.js'
import { composed } from '../composed.js'

/** A producer's clock that moves only when the test says so, while its sockets are real. */
export interface ProducerClock {
  now(): number
  /** For `faultyCluster({ create })`: `createProducer` with this clock. */
  readonly create: (options: ProducerOptions) => Producer
  /** Lets time pass in steps, and the sockets be read after each. */
  pass(ms: number, stepMs?: number): Promise<void>
  /** Lets time jump within this call, as for a loop that was blocked: timers that are due run in it. */
  jump(ms: number): void
  /** Lets time pass until this holds. */
  passUntil(holds: () => boolean): Promise<void>
  /** Lets time pass until this has settled. */
  passDuring<T>(work: Promise<T>): Promise<T>
}

/** Far below every time-out, so that no answer on its way is late. */
const smallStepMs = 5

export function producerClock(): ProducerClock {
  const time = manualClock()
  const { now, setTimeout, clearTimeout, random } = time
  const pass = async (ms: number, stepMs = ms): Promise<void> => {
    for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) {
      await time.pass(Math.min(stepMs, leftMs))
      await turn()
    }
  }
  const passUntil = async (holds: () => boolean): Promise<void> => {
    while (!holds()) {
      await pass(smallStepMs)
      await sleep(1)
    }
  }
  return {
    now,
    create: (options) => {
      const logger = options.logger ?? time.logger
      const clock = { now, wallClock: Date.now, setTimeout, clearTimeout, setImmediate }
      return composed(options, { ...clock, random, logger })
    },
    pass,
    jump: (ms) => time.advance(ms),
    passUntil,
    async passDuring(work) {
      let settled = false
      const end = (): void => void (settled = true)
      work.then(end, end)
      await passUntil(() => settled)
      return work
    },
  }
}
