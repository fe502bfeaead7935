import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { judgeRecords, promisesOf } from '../src/judge/judge-records.js'
import type { PartitionLog } from '../src/judge/logs.js'
import { type Entry, Ledger } from '../src/program/ledger.js'
import type { Fault } from '../src/scenario/fault.js'

const topic = 'a'

/** Three records to one partition, all acknowledged where they are. */
function allIsWell(): { entries: Entry[]; log: { id: number; offset: bigint }[] } {
  const ledger = new Ledger(() => 0)
  for (const id of [0, 1, 2]) {
    const metadata = { topic, partition: 0, offset: BigInt(id), timestamp: 0 }
    ledger.acknowledged(ledger.add(topic, 0, 0), metadata)
  }
  return { entries: ledger.entries, log: [0, 1, 2].map((id) => ({ id, offset: BigInt(id) })) }
}

function findings({ entries, log }: ReturnType<typeof allIsWell>): string[] {
  const logs: PartitionLog[] = [{ topic, partition: 0, records: log }]
  return judgeRecords(entries, logs)
}

function failing(persisted: 'no' | 'possibly' | 'yes', isThere: boolean): string[] {
  const world = allIsWell()
  const entry = world.entries[2]!
  entry.metadata = null
  entry.error = new KafkaError('DELIVERY_TIMEOUT', 'late', { persisted })
  if (!isThere) world.log.pop()
  return findings(world)
}

test('the judge finds nothing where all is well', () => {
  expect(findings(allIsWell())).toEqual([])
})

test('the judge finds an acknowledged record that is missing', () => {
  const world = allIsWell()
  world.log.pop()
  expect(findings(world)).toEqual(['record 2 was acknowledged at 0/2 and is not there'])
})

test('the judge expects nothing of records that no broker has acknowledged', () => {
  const world = allIsWell()
  world.log.pop()
  const logs: PartitionLog[] = [{ topic, partition: 0, records: world.log }]
  expect(judgeRecords(world.entries, logs, { isIdempotent: false, isKept: false })).toEqual([])
})

test('only what all replicas have is kept when a leader loses its log', () => {
  const losing: Fault = { kind: 'loseTail', at: 0, topic, partition: 0, node: 1, forMs: 5 }
  const isKept = (acks: 'all' | 1 | 0, faults: readonly Fault[]): boolean =>
    promisesOf({ producer: { acks }, faults }).isKept
  expect([isKept('all', [losing]), isKept(1, []), isKept(1, [losing])]).toEqual([true, true, false])
  expect(isKept(0, [])).toBe(false)
})

test('the judge finds a record that is there twice, and out of its order', () => {
  const world = allIsWell()
  world.log.push({ id: 1, offset: 3n })
  expect(findings(world)).toEqual(['twice in a-0: 0 1 2 1', '1 out of order in a-0: 0 1 2 1'])
})

test('the judge finds records in another order than they were sent', () => {
  const world = allIsWell()
  world.log = [0, 2, 1].map((id) => ({ id, offset: BigInt(id) }))
  expect(findings(world)).toEqual(['1 out of order in a-0: 0 2 1'])
})

test('the judge finds a record that was settled twice, or never', () => {
  const world = allIsWell()
  world.entries[0]!.settled = 2
  world.entries[1]!.settled = 0
  expect(findings(world)).toEqual(['record 0 settled 2 times', 'record 1 settled 0 times'])
})

test('the judge finds what no producer has sent', () => {
  const world = allIsWell()
  world.log.push({ id: 9, offset: 3n })
  expect(findings(world)).toEqual(['never sent there, and in a-0: 0 1 2 9'])
})

test('the judge holds a failure to what it says of the log', () => {
  expect(failing('no', true)).toHaveLength(1)
  expect(failing('yes', false)).toHaveLength(1)
  expect([...failing('no', false), ...failing('yes', true)]).toEqual([])
  expect([...failing('possibly', true), ...failing('possibly', false)]).toEqual([])
})
