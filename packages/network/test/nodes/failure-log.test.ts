import { manualClock } from '@sluice/protocol/testing'
import { expect, test } from 'vitest'
import { FailureLog } from '../../src/nodes/failure-log.js'

function logged() {
  const { logger, logged: lines } = manualClock()
  return { log: new FailureLog(logger, 'connected'), lines }
}

test('a failure that repeats is told once, and then at the tenth, the hundredth and the thousandth time', () => {
  const { log, lines } = logged()
  for (let count = 0; count < 1_500; count++) log.failed('refused')
  expect(lines).toEqual([
    { level: 'warn', message: 'refused' },
    { level: 'warn', message: 'refused (10 times so far)' },
    { level: 'warn', message: 'refused (100 times so far)' },
    { level: 'warn', message: 'refused (1000 times so far)' },
  ])
})

test('failures that take turns are each told once', () => {
  const { log, lines } = logged()
  for (let count = 0; count < 9; count++) for (const one of ['a', 'b', 'c']) log.failed(one)
  expect(lines.map(({ message }) => message)).toEqual(['a', 'b', 'c'])
})

test('the end is told with the number of failures, and what fails then is news', () => {
  const { log, lines } = logged()
  log.over()
  log.failed('refused')
  log.over()
  log.failed('refused')
  log.failed('refused')
  log.over()
  log.over()
  expect(lines).toEqual([
    { level: 'warn', message: 'refused' },
    { level: 'warn', message: 'refused' },
    { level: 'info', message: 'connected after 2 failures' },
  ])
})

test('failures that differ in numbers alone are the same', () => {
  const { log, lines } = logged()
  for (let ms = 1_001; ms < 1_010; ms++) log.failed(`no TLS with 10.0.0.${ms % 7} after ${ms} ms`)
  expect(lines).toEqual([{ level: 'warn', message: 'no TLS with 10.0.0.0 after 1001 ms' }])
})

test('failures that are never the same fill neither the memory nor the log', () => {
  const { log, lines } = logged()
  for (let count = 0; count < 1_000; count++) log.failed(`failure ${'x'.repeat(count)}`)
  expect(lines.length).toBeLessThan(25)
  // Of this one it would be wrong to say that it came a hundred times.
  expect(lines.at(-1)!.message).toMatch(/^failure x+ \(100 other failures so far\)$/)
})
