import { KafkaError } from '@sluice/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { UnhandledFailures } from '../../src/delivery/unhandled-failures.js'
import { type Logger, nodeRuntime } from '../../src/runtime.js'

let warnings: string[]

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate'] })
  warnings = []
  vi.spyOn(process, 'emitWarning').mockImplementation((message) => void warnings.push(`${message}`))
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const failure = new KafkaError('DELIVERY_TIMEOUT', 'too late')
const counts = (): number[] => warnings.map((warning) => Number.parseInt(warning))

function unhandled(
  logger: Logger | null = null,
  Failures = UnhandledFailures,
): {
  failures: UnhandledFailures
  fail: (count: number) => void
} {
  const runtime = { ...nodeRuntime(), setTimeout, setImmediate }
  const deps = { onDeliveryError: null, logger, runtime }
  const failures = new Failures(deps)
  const fail = (count: number): void => {
    for (let i = 0; i < count; i++) failures.report(failure)
  }
  return { failures, fail }
}

test('records that fail together are one warning with the count', () => {
  const { fail } = unhandled()
  fail(1_000)
  vi.advanceTimersByTime(1)
  expect(warnings).toEqual([expect.stringContaining('1000 records were not delivered')])
  expect(warnings[0]).toContain('too late')
})

test('there is one warning a minute, and no failure is left out of the counts', () => {
  const { fail } = unhandled()
  fail(1)
  vi.advanceTimersByTime(1)
  fail(20)
  vi.advanceTimersByTime(30_000)
  fail(3)
  expect(counts()).toEqual([1])
  vi.advanceTimersByTime(30_000)
  expect(counts()).toEqual([1, 23])
  vi.advanceTimersByTime(600_000)
  expect(counts()).toEqual([1, 23])
  fail(2)
  vi.advanceTimersByTime(1)
  expect(counts()).toEqual([1, 23, 2])
})

test('the end warns of failures that were only counted', () => {
  const { failures, fail } = unhandled()
  fail(1)
  vi.advanceTimersByTime(1)
  fail(7)
  failures.end()
  failures.end()
  expect(counts()).toEqual([1, 7])
})

test('a logger gets the same lines instead, each as an error', () => {
  const lines: string[] = []
  const unused = (): void => expect.unreachable()
  const error = (line: string): void => void lines.push(line)
  const { failures, fail } = unhandled({ debug: unused, info: unused, warn: unused, error })
  fail(1)
  vi.advanceTimersByTime(1)
  expect(lines).toEqual([expect.stringMatching(/^1 record was not delivered.*too late/)])
  fail(70_000)
  vi.advanceTimersByTime(60_000)
  failures.end()
  expect(lines.slice(1)).toEqual([expect.stringMatching(/^70000 records were not delivered/)])
  expect(warnings).toEqual([])
})

test('a logger whose lines fail, too, at once, gets one line a minute', () => {
  const lines: string[] = []
  const error = (line: string): void => {
    lines.push(line)
    // The line is a record of the same producer.
    fail(1)
  }
  const unused = (): void => {}
  const { fail } = unhandled({ debug: unused, info: unused, warn: unused, error })
  fail(1)
  vi.advanceTimersByTime(599_000)
  expect(lines).toHaveLength(10)
})

test('what was only counted when the process exits is told then, once, and one listener serves all', async () => {
  // All producers of a process share one listener, and test files share their modules.
  vi.resetModules()
  const { UnhandledFailures: Fresh } = await import('../../src/delivery/unhandled-failures.js')
  const before = process.listenerCount('exit')
  const lines: string[] = []
  const unused = (): void => {}
  const error = (line: string): void => void lines.push(line)
  const one = unhandled({ debug: unused, info: unused, warn: unused, error }, Fresh)
  const other = unhandled(null, Fresh)
  one.fail(1)
  other.fail(1)
  expect(process.listenerCount('exit')).toBe(before + 1)
  vi.advanceTimersByTime(1)
  expect(process.listenerCount('exit')).toBe(before)
  one.fail(5)
  other.fail(6)
  const warned: string[] = []
  const listener = (warning: Error): void => void warned.push(String(warning))
  process.on('warning', listener)
  const onExit = process.listeners('exit').at(-1)!
  onExit(0)
  onExit(0)
  process.off('warning', listener)
  expect(lines.map((line) => Number.parseInt(line))).toEqual([1, 5])
  expect(warned).toEqual([expect.stringContaining('SluiceWarning: 6 records were not delivered')])
  expect(process.listenerCount('exit')).toBe(before)
})
