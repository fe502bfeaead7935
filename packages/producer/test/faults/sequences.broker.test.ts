import { produceError } from '@sluice/embedded-broker'
import { manualClock } from '@sluice/protocol/testing'
import { expect, test } from 'vitest'
import { until, values } from './faulty-cluster.js'
import { expectAllAcknowledged, expectHonest, observedCluster } from './observed-cluster.js'
import { type Fault, losesTheAnswer, losesTheRecords, losesTheRequest } from './produce-faults.js'
import { type ArrivedBatch, distinctBytes, numbersOf } from './wire-batches.js'

const idOf = ({ producerId }: ArrivedBatch): bigint => producerId

test('F23: behind records that the broker has lost, what was surely not written goes on under the next epoch of its partition alone', async () => {
  await using observed = await observedCluster({ batchRecords: 1 })
  await observed.send(0, 'a')
  await observed.send(1, 'other a')
  observed.faults.push(losesTheRecords(0, 1n))
  await observed.producer.send({ topic: 't', partition: 0, value: 'lost' })
  await Promise.all([observed.send(0, 'b', 'c', 'd'), observed.send(1, 'other b')])
  await observed.send(1, 'other c')
  expectAllAcknowledged(observed)
  expect(numbersOf(observed.of(0)).slice(-3)).toEqual([
    [1, 0, 'b'],
    [1, 1, 'c'],
    [1, 2, 'd'],
  ])
  expect(numbersOf(observed.of(1))).toEqual([
    [0, 0, 'other a'],
    [0, 1, 'other b'],
    [0, 2, 'other c'],
  ])
  expect(observed.cluster.brokers[0]!.requestCount('InitProducerId')).toBe(1)
})

test('F23: what may have been written never gets another number: it fails, says so, and what comes later goes on', async () => {
  await using observed = await observedCluster({ batchRecords: 1 })
  await observed.send(0, 'a')
  await observed.send(1, 'other a')
  observed.faults.push(losesTheRecords(0, 1n))
  await observed.producer.send({ topic: 't', partition: 0, value: 'lost' })
  // All of these are on the way when the connection is lost: nobody knows what became of them.
  observed.faults.push(losesTheRequest)
  const [unsure, behind] = await observed.send(0, 'b', 'c')
  await observed.send(0, 'd', 'e')
  await observed.send(1, 'other b')
  expectHonest(observed)
  expect(unsure!.error).toMatchObject({
    code: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
    persisted: 'possibly',
    attempts: 2,
    broker: 0,
    topic: 't',
    partition: 0,
    cause: { code: 'OUT_OF_ORDER_SEQUENCE_NUMBER' },
  })
  expect(behind!.error).toMatchObject({ persisted: 'possibly' })
  expect(observed.sent.filter(({ error }) => error !== null)).toEqual([unsure, behind])
  for (const value of ['b', 'c']) {
    const attempts = observed.of(0).filter((batch) => batch.values[0] === value)
    expect(distinctBytes(attempts)).toBe(1)
  }
  expect(numbersOf(observed.of(0)).slice(-2)).toEqual([
    [1, 0, 'd'],
    [1, 1, 'e'],
  ])
  expect(numbersOf(observed.of(1))).toEqual([
    [0, 0, 'other a'],
    [0, 1, 'other b'],
  ])
})

test('F23: what has been written stays written once, though the broker refuses its number when it comes again', async () => {
  await using observed = await observedCluster()
  await observed.send(0, 'a')
  observed.faults.push(losesTheAnswer, produceError('OUT_OF_ORDER_SEQUENCE_NUMBER'))
  const [unsure] = await observed.send(0, 'b')
  expect(unsure!.error).toMatchObject({ persisted: 'possibly', attempts: 2 })
  await observed.send(0, ...values(5))
  expectHonest(observed)
  expect(observed.cluster.records('t').map(({ value }) => String(value))).toContain('b')
})

/** Of three in flight the second is surely refused, and the third comes too early for the log. */
const refusesTheSecond = (first: Fault, third: Fault): Fault[] => [
  first,
  produceError('INVALID_RECORD'),
  third,
]

test('F23: what may have been written is asked about under its old number before those behind it get new ones', async () => {
  await using observed = await observedCluster({ batchRecords: 1 })
  await observed.send(0, 'before')
  const unsure = produceError('NOT_ENOUGH_REPLICAS_AFTER_APPEND', { appended: true })
  observed.faults.push(...refusesTheSecond(unsure, () => undefined))
  const [a, bad, c] = await observed.send(0, 'a', 'bad', 'c')
  expectHonest(observed)
  expect([a!.error, bad!.error?.code, c!.error]).toEqual([null, 'INVALID_RECORD', null])
  expect(numbersOf(observed.of(0)).slice(-2)).toEqual([
    [0, 1, 'a'],
    [1, 0, 'c'],
  ])
})

test('F23: behind a number that is surely missing nothing can have been written, and nothing fails', async () => {
  await using observed = await observedCluster({ batchRecords: 1 })
  await observed.send(0, 'before')
  observed.faults.push(...refusesTheSecond(() => undefined, losesTheRequest))
  const [a, bad, c] = await observed.send(0, 'a', 'bad', 'c')
  expectHonest(observed)
  expect([a!.error, bad!.error?.code, c!.error]).toEqual([null, 'INVALID_RECORD', null])
  expect(numbersOf(observed.of(0)).slice(-3)).toEqual([
    [0, 3, 'c'],
    [0, 3, 'c'],
    [1, 0, 'c'],
  ])
})

const dayMs = 86_400_000

test('F24: a producer that was idle until the brokers forgot its id goes on as if nothing had been', async () => {
  const clock = manualClock()
  const topics = { t: { partitions: 2 } }
  await using observed = await observedCluster({
    batchRecords: 1,
    clock,
    cluster: { runtime: clock, topics },
    // Nothing else happens on the connection, and it stays.
    connectionsMaxIdleMs: 10 * dayMs,
    metadataMaxAgeMs: 10 * dayMs,
    metadataMaxIdleMs: 10 * dayMs,
  })
  await observed.send(0, 'a')
  clock.advance(2 * dayMs)
  // A broker that does not know the producer would take the second as its first.
  observed.faults.push(produceError('NOT_ENOUGH_REPLICAS'))
  const sending = observed.send(0, ...values(5))
  await until(() => observed.faults.length === 0)
  // As long as it takes: the first attempt may not have been answered yet.
  while (observed.sent.some(({ metadata }) => metadata === null)) {
    clock.advance(50)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await sending
  expectAllAcknowledged(observed)
  expect(numbersOf(observed.of(0))).toEqual([
    [0, 0, 'a'],
    [0, 1, '0'],
    ...values(5).map((value, index) => [0, 1 + index, value]),
  ])
  expect(new Set(observed.batches.map(({ connection }) => connection)).size).toBe(1)
})

test.each([
  ['retention has removed all that it wrote', 5n],
  ['its log is whole', 0n],
])(
  'F24: where %s, a broker that says UNKNOWN_PRODUCER_ID gets the same records under the next epoch',
  async (_, logStartOffset) => {
    await using observed = await observedCluster()
    await observed.send(0, ...values(5))
    await observed.send(1, 'other a')
    observed.cluster.deleteRecords('t', 0, logStartOffset)
    observed.cluster.forgetProducers()
    const about = { partition: 0, fields: { logStartOffset } }
    observed.faults.push(produceError('UNKNOWN_PRODUCER_ID', about))
    const [sent] = await observed.send(0, 'after')
    await observed.send(1, 'other b')
    expect(sent!.metadata?.offset).toBe(5n)
    const log = observed.cluster.records('t').filter(({ partition }) => partition === 0)
    expect(log.map(({ value }) => String(value))).toEqual([
      ...(logStartOffset === 0n ? values(5) : []),
      'after',
    ])
    expect(numbersOf(observed.of(0)).slice(-2)).toEqual([
      [0, 5, 'after'],
      [1, 0, 'after'],
    ])
    expect(numbersOf(observed.of(1)).at(-1)).toEqual([0, 1, 'other b'])
    expect(new Set(observed.batches.map(idOf)).size).toBe(1)
  },
)

test('F24: what may have been written before the broker forgot it fails and says so; what comes later goes on', async () => {
  await using observed = await observedCluster()
  await observed.send(0, 'a')
  observed.faults.push(losesTheAnswer, produceError('UNKNOWN_PRODUCER_ID'))
  const [unsure] = await observed.send(0, 'b')
  expect(unsure!.error).toMatchObject({
    code: 'UNKNOWN_PRODUCER_ID',
    persisted: 'possibly',
    attempts: 2,
    broker: 0,
  })
  await observed.send(0, ...values(5))
  expectHonest(observed)
  expect(observed.cluster.records('t')).toHaveLength(7)
})

test.each(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'INVALID_PRODUCER_ID_MAPPING'] as const)(
  'F25: %s costs an idempotent producer its id in that partition, and the records nothing',
  async (code) => {
    await using observed = await observedCluster({ batchRecords: 1 })
    await observed.send(0, 'a')
    await observed.send(1, 'other a')
    observed.faults.push(produceError(code, { partition: 0 }))
    await observed.send(0, ...values(5))
    await observed.send(1, 'other b')
    expectAllAcknowledged(observed)
    expect(observed.cluster.brokers[0]!.requestCount('InitProducerId')).toBe(2)
    const ids = new Set(observed.of(0).map(idOf))
    expect(ids.size).toBe(2)
    expect(numbersOf(observed.of(0)).slice(-5)).toEqual(
      values(5).map((value, index) => [0, index, value]),
    )
    // The other partition keeps the id it began with.
    expect(new Set(observed.of(1).map(idOf))).toEqual(new Set([...ids].slice(0, 1)))
    expect(numbersOf(observed.of(1)).at(-1)).toEqual([0, 1, 'other b'])
  },
)

test('F25: what may have been written under the id that was lost fails and says so; what comes later has another id', async () => {
  await using observed = await observedCluster()
  await observed.send(0, 'a')
  const stale = produceError('INVALID_PRODUCER_EPOCH')
  observed.faults.push(losesTheAnswer, stale, stale)
  const [unsure] = await observed.send(0, 'b')
  expect(unsure!.error).toMatchObject({
    code: 'INVALID_PRODUCER_EPOCH',
    persisted: 'possibly',
    attempts: 2,
  })
  await observed.send(0, ...values(5))
  expectHonest(observed)
  expect(new Set(observed.of(0).map(idOf)).size).toBe(2)
})
