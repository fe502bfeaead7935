import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { Ledger } from '../src/ledger.js'
import { LogCheck, type LogCheckOptions } from '../src/log-check.js'

type Place = readonly [partition: number, offset: number]

/** A ledger whose records were acknowledged at these places, in the order of sending. */
function acknowledgedAt(...places: Place[]): Ledger {
  const ledger = new Ledger(2)
  for (const [partition, offset] of places) {
    const metadata = { topic: 't', partition, offset: BigInt(offset), timestamp: 0 }
    ledger.acknowledge(ledger.next(), metadata)
  }
  return ledger
}

/** Compares it with a log; each line is partition, offset and id. */
function compared(
  ledger: Ledger,
  log: readonly (readonly [...Place, id: number])[],
  options: Partial<LogCheckOptions> = {},
): object {
  const check = new LogCheck(ledger, { keyOf: () => undefined, ...options })
  for (const line of log) check.take(...line)
  const findings = Object.entries(check.conclude()).filter(([, count]) => count > 0)
  return Object.fromEntries(findings)
}

const twoAndOne: Place[] = [
  [0, 0],
  [1, 0],
  [0, 1],
]

test('a log that holds every record once, at its offset and in order, has no fault', () => {
  const log = [
    [0, 0, 0],
    [0, 1, 2],
    [1, 0, 1],
  ] as const
  expect(compared(acknowledgedAt(...twoAndOne), log)).toEqual({})
})

test('a record that is missing, or not where its send was told, is lost', () => {
  const log = [
    [0, 0, 0],
    [1, 4, 1],
  ] as const
  expect(compared(acknowledgedAt(...twoAndOne), log)).toEqual({ lost: 2 })
})

test('a record that is there twice is found', () => {
  const log = [
    [0, 0, 0],
    [0, 1, 2],
    [0, 2, 2],
    [1, 0, 1],
  ] as const
  expect(compared(acknowledgedAt(...twoAndOne), log)).toEqual({ duplicated: 1 })
})

test('a record behind one that was sent later is found, in the log and in what was told', () => {
  const told = acknowledgedAt([0, 1], [0, 0])
  const log = [
    [0, 0, 1],
    [0, 1, 0],
  ] as const
  expect(compared(told, log)).toEqual({ reordered: 2 })
})

test('a key in two partitions is out of order, unless the topic has grown', () => {
  const told = acknowledgedAt([0, 0], [1, 0])
  const log = [
    [0, 0, 0],
    [1, 0, 1],
  ] as const
  expect(compared(told, log, { keyOf: () => 5 })).toEqual({ reordered: 1 })
  expect(compared(told, log, { keyOf: () => 5, keysMove: true })).toEqual({})
})

test.each([
  ['no', true, 1],
  ['no', false, 0],
  ['possibly', true, 0],
  ['possibly', false, 0],
  ['yes', true, 0],
  ['yes', false, 1],
] as const)('persisted %s is compared with the log (in it: %s)', (persisted, isThere, untrue) => {
  const ledger = new Ledger()
  ledger.reject(ledger.next(), new KafkaError('DELIVERY_TIMEOUT', '', { persisted }))
  const log = isThere ? ([[0, 0, 0]] as const) : []
  expect(compared(ledger, log)).toEqual(untrue > 0 ? { untrue } : {})
})

test('records without an end, with two ends, and never sent are found', () => {
  const ledger = acknowledgedAt([0, 0])
  ledger.acknowledge(0, { topic: 't', partition: 0, offset: 0n, timestamp: 0 })
  ledger.next()
  const log = [
    [0, 0, 0],
    [0, 1, 77],
    [0, 2, Number.NaN],
  ] as const
  expect(compared(ledger, log)).toEqual({ unsettled: 1, resettled: 1, foreign: 2 })
})

test('of a topic that was created again only the last incarnation counts', () => {
  const told = acknowledgedAt([0, 0], [0, 1], [0, 0], [0, 1])
  const now = [
    [0, 0, 2],
    [0, 1, 3],
  ] as const
  expect(compared(told, now, { recreated: true })).toEqual({})
  expect(compared(told, now.slice(1), { recreated: true })).toEqual({ lost: 1 })
  expect(compared(told, [[0, 0, 0], ...now], { recreated: true })).toMatchObject({ lost: 1 })
  expect(compared(told, now)).toMatchObject({ lost: 2, reordered: 1 })
})
