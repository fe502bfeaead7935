import { manualClock } from '@sluice/protocol/testing'
import { expect, test } from 'vitest'
import type { NetworkRuntime } from '../../src/runtime.js'
import { PatientTimer } from '../../src/timers/patient-timer.js'

/** Runs the phases of Node's loop by hand: which kind of callback is waiting after each. */
class Phases implements NetworkRuntime {
  readonly #clock = manualClock()
  readonly now = this.#clock.now
  readonly random = this.#clock.random
  readonly logger = this.#clock.logger
  timers: { run: () => void; ms: number }[] = []
  immediates: (() => void)[] = []

  setTimeout(run: () => void, ms: number): unknown {
    const timer = { run, ms }
    this.timers.push(timer)
    return timer
  }

  clearTimeout(timer: unknown): void {
    this.timers = this.timers.filter((waiting) => waiting !== timer)
  }

  setImmediate(run: () => void): unknown {
    return this.immediates.push(run)
  }

  block(ms: number): void {
    this.#clock.block(ms)
  }

  runTimers(): void {
    for (const { run } of this.timers.splice(0)) run()
  }

  runImmediates(): void {
    for (const run of this.immediates.splice(0)) run()
  }
}

test('the verdict comes after two poll phases, the second right before it', () => {
  const phases = new Phases()
  let expired = false
  const timer = new PatientTimer(phases, () => (expired = true))
  timer.start(100)
  expect(phases.timers.map(({ ms }) => ms)).toEqual([100])
  phases.runTimers() // timers → poll → check
  expect(expired).toBe(false)
  phases.runImmediates() // check → timers
  expect(expired).toBe(false)
  phases.runTimers() // timers → poll → check
  expect(expired).toBe(false)
  phases.runImmediates()
  expect(expired).toBe(true)
  expect(timer.running).toBe(false)
})

test.each([0, 1, 2, 3])('stopped after %i phases it does not judge', (phasesPassed) => {
  const phases = new Phases()
  let expired = false
  const timer = new PatientTimer(phases, () => (expired = true))
  timer.start(100)
  const steps = [
    () => phases.runTimers(),
    () => phases.runImmediates(),
    () => phases.runTimers(),
    () => phases.runImmediates(),
  ]
  for (const [index, step] of steps.entries()) {
    if (index === phasesPassed) timer.stop()
    step()
  }
  expect(expired).toBe(false)
})

test('started anew while it waits for the sockets it gives the full time again', () => {
  const phases = new Phases()
  let expired = 0
  const timer = new PatientTimer(phases, () => expired++)
  timer.start(100)
  phases.runTimers()
  timer.start(50)
  phases.runImmediates()
  expect(expired).toBe(0)
  expect(phases.timers.map(({ ms }) => ms)).toEqual([50])
})

test.each([
  [0, 0],
  [200, 200],
  [30_000, 1_000],
])('late by %i ms it gives the peer another %i ms', (lateMs, graceMs) => {
  const phases = new Phases()
  const timer = new PatientTimer(phases, () => {})
  timer.start(100)
  phases.block(100 + lateMs)
  phases.runTimers()
  phases.runImmediates()
  expect(phases.timers.map(({ ms }) => ms)).toEqual([graceMs])
})

test('more time is added to what is left, and a timer that does not run stays so', () => {
  const phases = new Phases()
  const timer = new PatientTimer(phases, () => {})
  timer.extend(500)
  expect(phases.timers).toEqual([])
  timer.start(100)
  phases.block(30)
  timer.extend(500)
  expect(phases.timers.map(({ ms }) => ms)).toEqual([570])
})
