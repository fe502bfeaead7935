import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { payloadsOf } from '../../src/perf/payloads.js'

describe.each(['json', 'random'] as const)('payloads of kind %s', (payload) => {
  test.each([1, 7, 1000])('have exactly %i bytes', (recordBytes) => {
    const made = payloadsOf({ payload, recordBytes })
    expect(new Set(made.map(({ length }) => length))).toEqual(new Set([recordBytes]))
  })

  test('are different, and the same in each run', () => {
    const make = () => payloadsOf({ payload, recordBytes: 100 }).map(String)
    expect(new Set(make()).size).toBe(4096)
    expect(make()).toEqual(make())
  })
})

test('JSON shrinks as data does, random bytes do not', () => {
  const share = (payload: 'json' | 'random') => {
    const bytes = Buffer.concat(payloadsOf({ payload, recordBytes: 500 }))
    return deflateSync(bytes).length / bytes.length
  }
  expect(share('random')).toBeGreaterThan(0.99)
  expect(share('json')).toBeGreaterThan(0.1)
  expect(share('json')).toBeLessThan(0.6)
})
