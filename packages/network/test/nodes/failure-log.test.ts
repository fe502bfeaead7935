import { manualClock } from '@sluice/protocol/testing'
import { expect, test } from 'vitest'
import { FailureLog } from '../../src/nodes/failure-log.js'

function logged() {
  const runtime = manualClock()
  const log = new FailureLog({ runtime, good: 'connected', next: 'trying again' })
  return { log, runtime, lines: runtime.logged }
}

test('a failure that repeats is told once with what is done about it, and then at the tenth, the hundredth and the thousandth time', () => {
  const { log, runtime, lines } = logged()
  for (let count = 0; count < 1_500; count++) {
    log.failed('refused')
    runtime.advance(100)
  }
  expect(lines).toEqual([
    { level: 'warn', message: 'refused; trying again' },
    { level: 'warn', message: 'refused (10 times in 900 ms)' },
    { level: 'warn', message: 'refused (100 times in 10 s)' },
    { level: 'warn', message: 'refused (1000 times in 100 s)' },
  ])
})

test('failures that take turns are each told once', () => {
  const { log, lines } = logged()
  for (let count = 0; count < 9; count++) for (const one of ['a', 'b', 'c']) log.failed(one)
  expect(lines.map(({ message }) => message.slice(0, 1))).toEqual(['a', 'b', 'c'])
})

test('the end is told with the number of failures and how long they lasted', () => {
  const { log, runtime, lines } = logged()
  log.over()
  for (let count = 0; count < 3; count++) {
    log.failed('refused')
    runtime.advance(2_000)
  }
  log.over()
  log.over()
  expect(lines).toEqual([
    { level: 'warn', message: 'refused; trying again' },
    { level: 'info', message: 'connected after 3 failures in 6 s' },
  ])
})

test('a single failure has no line for its end', () => {
  const { log, lines } = logged()
  log.failed('refused')
  log.over()
  expect(lines).toHaveLength(1)
})

test('a failure is news when all was well for a minute before it', () => {
  const { log, runtime, lines } = logged()
  for (const pauseMs of [59_999, 60_000, 0]) {
    log.failed('refused')
    log.over()
    runtime.advance(pauseMs)
  }
  expect(lines.map(({ message }) => message)).toEqual([
    'refused; trying again',
    'connected after 2 failures in 60 s',
    'refused; trying again',
  ])
})

test('a server that is lost again and again for ten minutes makes some lines, not one for each time', () => {
  const { log, runtime, lines } = logged()
  for (let second = 0; second < 600; second++) {
    log.failed('lost')
    runtime.advance(500)
    log.over()
    runtime.advance(500)
  }
  expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(3)
  const ends = lines.filter(({ level }) => level === 'info')
  expect(ends).toHaveLength(10)
  expect(ends.at(-1)!.message).toBe('connected after 542 failures in 542 s')
})

test('failures that differ in numbers alone are the same', () => {
  const { log, lines } = logged()
  for (let ms = 1_001; ms < 1_010; ms++) log.failed(`no TLS with 10.0.0.${ms % 7} after ${ms} ms`)
  expect(lines).toEqual([
    { level: 'warn', message: 'no TLS with 10.0.0.0 after 1001 ms; trying again' },
  ])
})

test('failures that are never the same fill neither the memory nor the log', () => {
  const { log, lines } = logged()
  for (let count = 0; count < 1_000; count++) log.failed(`failure ${'x'.repeat(count)}`)
  expect(lines.length).toBeLessThan(25)
  // Of this one it would be wrong to say that it came a hundred times.
  expect(lines.at(-1)!.message).toMatch(/^failure x+ \(100 other failures in 0 ms\)$/)
})
