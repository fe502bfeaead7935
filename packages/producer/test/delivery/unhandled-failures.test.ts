import { KafkaError } from '@sluice/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { UnhandledFailures } from '../../src/delivery/unhandled-failures.js'
import { nodeRuntime } from '../../src/runtime.js'

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

function unhandled(): { failures: UnhandledFailures; fail: (count: number) => void } {
  const runtime = { ...nodeRuntime(), setTimeout, setImmediate }
  const deps = { onDeliveryError: null, logger: null, runtime }
  const failures = new UnhandledFailures(deps)
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
