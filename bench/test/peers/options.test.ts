import { expect, test } from 'vitest'
import { peersOptions } from '../../src/peers/options.js'
import { workloads } from '../../src/peers/workloads.js'

const idsOf = (only: string): string[] => peersOptions({ only }).workloads.map(({ id }) => id)

test('without options all workloads run in five rounds with every client', () => {
  expect(peersOptions({})).toEqual({
    workloads,
    clients: [],
    rounds: 5,
    quick: false,
    against: null,
  })
})

test('a name means a workload and all whose names go on after a hyphen, in the order of the list', () => {
  expect(idsOf('w6, w4')).toEqual(['w4', 'w6', 'w6-5k'])
  expect(idsOf('w6-5k')).toEqual(['w6-5k'])
  expect(idsOf('w7')).toHaveLength(5)
})

test('a quick run is one round, unless rounds are given', () => {
  expect(peersOptions({ quick: true }).rounds).toBe(1)
  expect(peersOptions({ quick: true, rounds: '2' }).rounds).toBe(2)
})

test('a workload that there is not is refused with those that there are', () => {
  expect(() => peersOptions({ only: 'w1,w9' })).toThrow(/no workload "w9": w1, w2, w3, w4/)
})

test('a number of rounds that is none is refused', () => {
  for (const rounds of ['0', '1.5', 'many', ''])
    expect(() => peersOptions({ rounds })).toThrow(`but it is "${rounds}"`)
})

test('every workload has a name of its own, and every client gets some records of it', () => {
  expect(new Set(workloads.map(({ id }) => id)).size).toBe(workloads.length)
  for (const { fast, slow } of workloads)
    for (const { warmUp, count } of [fast, slow]) expect(Math.min(warmUp, count)).toBeGreaterThan(0)
})
