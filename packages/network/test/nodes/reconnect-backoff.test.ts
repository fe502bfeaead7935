import { type ManualClock, manualClock } from '@sluice/protocol/testing'
import { expect, test } from 'vitest'
import { ReconnectBackoff } from '../../src/nodes/reconnect-backoff.js'

function clockWithoutJitter(): ManualClock {
  const clock = manualClock()
  clock.random = () => 0.5
  return clock
}

function waits(runtime: ManualClock, backoff: ReconnectBackoff, count: number): number[] {
  return Array.from({ length: count }, () => {
    backoff.failed()
    const { leftMs } = backoff
    runtime.block(Math.ceil(leftMs))
    expect(backoff.leftMs).toBe(0)
    return Math.round(leftMs)
  })
}

test('doubles at each failure up to the maximum', () => {
  const runtime = clockWithoutJitter()
  const backoff = new ReconnectBackoff(runtime, 50, 1_000)
  expect(waits(runtime, backoff, 7)).toEqual([50, 100, 200, 400, 800, 1_000, 1_000])
})

test('is spread by 20 % to both sides', () => {
  const runtime = clockWithoutJitter()
  const backoff = new ReconnectBackoff(runtime, 50, 1_000)
  runtime.random = () => 0
  expect(waits(runtime, backoff, 2)).toEqual([40, 80])
  runtime.random = () => 1
  expect(waits(runtime, backoff, 2)).toEqual([240, 480])
})

test('begins anew after a success, and nothing is to wait for before a failure', () => {
  const runtime = clockWithoutJitter()
  const backoff = new ReconnectBackoff(runtime, 50, 1_000)
  expect(backoff.leftMs).toBe(0)
  waits(runtime, backoff, 3)
  backoff.succeeded()
  expect(waits(runtime, backoff, 1)).toEqual([50])
})
