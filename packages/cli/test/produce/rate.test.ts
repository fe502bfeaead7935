import { createMockProducer } from '@sluice/producer/testing'
import { expect, test, vi } from 'vitest'
import { runCli } from '../../src/index.js'
import { runWith, testIo } from '../cli-run.js'

interface Timer {
  readonly dueAt: number
  readonly run: () => void
}

/** Time passes only where somebody waits for it. */
function manualClock() {
  const clock = { ms: 1000 }
  const timers = new Set<unknown>()
  const passTime = (): void => {
    const [first] = ([...timers] as Timer[]).toSorted((one, other) => one.dueAt - other.dueAt)
    if (first === undefined) return
    timers.delete(first)
    clock.ms = Math.max(clock.ms, first.dueAt)
    first.run()
  }
  const setTimeout = (run: () => void, ms: number): Timer => {
    const timer = { dueAt: clock.ms + ms, run }
    timers.add(timer)
    setImmediate(passTime)
    return timer
  }
  const clearTimeout = (timer: unknown): void => void timers.delete(timer)
  return { clock, now: () => clock.ms, setTimeout, clearTimeout }
}

/** When each record was handed to the producer, in ms since the first. */
async function sentAt(rate: string, lines: number, lateMs = 0): Promise<number[]> {
  const { clock, ...time } = manualClock()
  const at: number[] = []
  const producer = createMockProducer()
  const enqueue = producer.enqueue.bind(producer)
  producer.enqueue = (...given) => {
    at.push(clock.ms - 1000)
    // The cluster stands still after the second record.
    if (at.length === 2) clock.ms += lateMs
    return enqueue(...given)
  }
  const args = ['produce', '-b', 'localhost:1', '-t', 'orders', '--rate', rate]
  const { code } = await runWith(args, ['line\n'.repeat(lines)], {
    ...time,
    createProducer: () => producer,
  })
  expect(code).toBe(0)
  return at
}

test('--rate spreads records evenly over time, at whole and at broken rates', async () => {
  expect(await sentAt('2', 4)).toEqual([0, 500, 1000, 1500])
  expect(await sentAt('0.5', 3)).toEqual([0, 2000, 4000])
})

test('what is late follows at once, so the rate holds in the long run', async () => {
  expect(await sentAt('2', 5, 1200)).toEqual([0, 500, 1700, 1700, 2000])
})

test('above a thousand a second several records go with each turn of the timer', async () => {
  const at = await sentAt('4000', 12)
  expect(at).toEqual(at.toSorted((one, other) => one - other))
  // The last one is due after 2.75 ms; timers have whole milliseconds.
  expect(at.at(-1)).toBeGreaterThan(1.5)
  expect(at.at(-1)).toBeLessThanOrEqual(2.75)
})

test('Ctrl-C before a record is due leaves no timer that keeps the process alive', async () => {
  const timers = new Set<unknown>()
  const { io, signal } = testIo(['one\ntwo\n'], {
    createProducer: () => createMockProducer(),
    setTimeout: (_run, ms) => {
      timers.add(ms)
      return ms
    },
    clearTimeout: (timer) => void timers.delete(timer),
  })
  const run = runCli(['produce', '-b', 'localhost:1', '-t', 'orders', '--rate', '0.01'], io)
  await vi.waitFor(() => expect(timers.size).toBe(1), 10_000)
  signal('SIGINT')
  expect(await run).toBe(130)
  expect(timers.size).toBe(0)
})
