import type { BatchRecord } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { Deliveries } from '../src/deliveries.js'
import type { LogBatch } from '../src/read-back/log-batch.js'
import { verify } from '../src/verify/verify.js'

const producerId = 7n

function aRecord(offset: bigint, key: string, value: string): BatchRecord {
  return { offset, timestamp: 0, key: Buffer.from(key), value: Buffer.from(value), headers: [] }
}

function aBatch(records: BatchRecord[], writer = producerId): LogBatch {
  const baseOffset = records[0]!.offset
  return {
    baseOffset,
    nextOffset: baseOffset + BigInt(records.length),
    producerId: writer,
    records,
  }
}

/** Three records: `a` and `b` in partition 0 from offset 10 on, `c` in partition 1. */
function aRun() {
  const sent = [
    { key: 'x', value: Buffer.from('a') },
    { key: 'x', value: Buffer.from('b') },
    { key: 'y', value: Buffer.from('c') },
  ]
  const deliveries = new Deliveries(3)
  const returned = [
    [0, 10n],
    [0, 11n],
    [1, 5n],
  ] as const
  for (const [index, [partition, offset]] of returned.entries()) {
    deliveries.settle(null, { topic: 'orders', partition, offset, timestamp: 0 }, index)
  }
  const log = new Map([
    [0, [aBatch([aRecord(10n, 'x', 'a'), aRecord(11n, 'x', 'b')])]],
    [1, [aBatch([aRecord(5n, 'y', 'c')])]],
  ])
  return { sent, deliveries, log }
}

test('counts the batches of a run in which all is well', () => {
  const { sent, deliveries, log } = aRun()
  expect(verify(sent, deliveries, log)).toEqual({ batches: 2 })
})

test('leaves out what others wrote to the topic', () => {
  const { sent, deliveries, log } = aRun()
  log.set(2, [aBatch([aRecord(0n, 'x', 'a')], 8n)])
  log.get(0)!.push(aBatch([aRecord(12n, 'z', 'else')], 8n))
  expect(verify(sent, deliveries, log)).toEqual({ batches: 2 })
})

describe('finds', () => {
  test('a record that is missing', () => {
    const { sent, deliveries, log } = aRun()
    log.set(1, [])
    expect(() => verify(sent, deliveries, log)).toThrow('line 3 is not in partition 1 at 5')
  })

  test('a record that is there twice', () => {
    const { sent, deliveries, log } = aRun()
    log.get(1)!.push(aBatch([aRecord(6n, 'y', 'c')]))
    expect(() => verify(sent, deliveries, log)).toThrow(
      'partition 1 holds at 6 a record that no send returned',
    )
  })

  test('a record that is there twice, the second time in a partition with nothing else of this run', () => {
    const { sent, deliveries, log } = aRun()
    log.set(2, [aBatch([aRecord(0n, 'x', 'a')])])
    expect(() => verify(sent, deliveries, log)).toThrow('partition 2 holds at 0')
  })

  test('a value and a key that were changed', () => {
    const value = aRun()
    value.log.set(1, [aBatch([aRecord(5n, 'y', 'C')])])
    expect(() => verify(value.sent, value.deliveries, value.log)).toThrow('line 3 was read back')
    const key = aRun()
    key.log.set(1, [aBatch([{ ...aRecord(5n, 'y', 'c'), key: null }])])
    expect(() => verify(key.sent, key.deliveries, key.log)).toThrow('line 3 was read back')
  })

  test('records that changed places', () => {
    const { sent, deliveries, log } = aRun()
    deliveries.offsets.set([11n, 10n])
    log.set(0, [aBatch([aRecord(10n, 'x', 'b'), aRecord(11n, 'x', 'a')])])
    expect(() => verify(sent, deliveries, log)).toThrow('line 2 is not behind line 1')
  })

  test('a key in two partitions', () => {
    const { sent, deliveries, log } = aRun()
    sent[2] = { key: 'x', value: Buffer.from('c') }
    expect(() => verify(sent, deliveries, log)).toThrow('line 3 is in partition 1, its key in 0')
  })

  test('a record that was never settled, or more than once', () => {
    const { sent, deliveries, log } = aRun()
    deliveries.acknowledged--
    expect(() => verify(sent, deliveries, log)).toThrow('2 acknowledgements for 3 records')
  })
})
