import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { describeError, KafkaError } from '@sluice/protocol'
import { recordsOf, valuesOf } from '../stand/read-batch.js'
import { type MakeAccumulator, single, type TestFunction } from '../stand/setting.js'
import { Stand } from '../stand/stand.js'

/** Records arrive as they were appended, and each is told of its end. */
export function checkRecords(test: TestFunction, make: MakeAccumulator): void {
  test('sends each record as it was appended, in the order of its partition', () => sendsAll(make))
  test('copies the bytes of a record at append', () => copies(new Stand(make)))
  test('keeps batches within batchBytes and batchRecords', () => keepsLimits(make))
  test('settles each record once, in order, with its offset', () => settlesOnce(new Stand(make)))
  test('tells why a batch failed', () => tellsWhy(new Stand(make, single)))
  test('tells single records of a failed batch why it was theirs', () => tellsOwn(new Stand(make)))
  test('survives a delivery that throws, and logs it', () => survivesThrowing(new Stand(make)))
  test('takes records that a delivery sends', () => takesFromDeliveries(new Stand(make, single)))
}

function sendsAll(make: MakeAccumulator): void {
  const stand = new Stand(make, { batchBytes: 2_048 })
  const topic = stand.topic()
  const expected = [0, 1, 2].map(() => [] as unknown[])
  for (let i = 0; i < 300; i++) {
    const partition = (i * i) % 3
    const record = { key: i % 5 ? `k${i}` : null, value: 'ü'.repeat(i), timestamp: 1_000 - i }
    stand.append(topic, { ...record, partition, headers: ['h', `${i}`] })
    expected[partition]!.push({ ...record, headers: [['h', `${i}`]] })
    if (i % 7 === 0) stand.clock.endTurns()
  }
  const batches = stand.requests()
  for (const [partition, records] of expected.entries()) {
    const own = batches.filter((batch) => batch.partition === partition)
    assert.deepEqual(
      own.flatMap((batch) => recordsOf(batch)),
      records,
    )
  }
  const first = batches[0]!
  assert.equal(first.topic, 'orders')
  assert.equal(first.first, 0)
}

function copies(stand: Stand): void {
  const value = Buffer.from('before')
  stand.append(stand.topic(), { value })
  value.write('after!')
  assert.deepEqual(valuesOf(stand.requests()), [['before']])
}

function keepsLimits(make: MakeAccumulator): void {
  const stand = new Stand(make, { batchBytes: 4_096, batchRecords: 10 })
  const topic = stand.topic()
  for (let i = 0; i < 400; i++) stand.append(topic, { value: 'x'.repeat((i * 37) % 1_500) })
  stand.append(topic, { value: 'x'.repeat(9_000) })
  const batches = stand.requests()
  for (const { count, payload } of batches) {
    assert.ok(count <= 10, `a batch has ${count} records, batchRecords is 10`)
    const bytes = payload.byteLength + 61
    assert.ok(bytes <= 4_096 || count === 1, `a batch has ${bytes} bytes, batchBytes is 4096`)
  }
  assert.equal(batches.at(-1)!.count, 1)
  assert.ok(batches.length < 150, `400 records became ${batches.length} batches`)
}

function settlesOnce(stand: Stand): void {
  const topic = stand.topic()
  for (const value of ['a', 'b', 'c']) stand.append(topic, { value })
  const [batch] = stand.requests()
  stand.acknowledge(batch!, 40n)
  stand.acknowledge(batch!, 90n)
  const ends = stand.ends.map(({ tag, offset, error }) => [tag, offset, error])
  assert.deepEqual(ends, [
    ['a', 40n, null],
    ['b', 41n, null],
    ['c', 42n, null],
  ])
}

function tellsWhy(stand: Stand): void {
  stand.append(stand.topic(), { value: 'a' })
  stand.fail(stand.requests()[0]!, 'INVALID_RECORD')
  assert.equal(stand.ends[0]!.error?.code, 'INVALID_RECORD')
  assert.equal(stand.front.pending, false)
}

/** The broker may name records in any order and more than once. In a part of a batch they count from the first record of the part. */
function tellsOwn(stand: Stand): void {
  const topic = stand.topic()
  for (const value of ['a', 'b', 'c', 'd', 'e', 'f']) stand.append(topic, { value })
  const error = new KafkaError('INVALID_RECORD', 'of the batch')
  const own = describeError(new KafkaError('INVALID_RECORD', 'its own'))
  const recordErrors = [2, 1, 2, 99].map((index) => ({ index, error: own }))
  stand.queue.split(stand.requests()[0]!)
  const expected: string[] = []
  for (const part of stand.requests()) {
    stand.queue.settle(part, { error, recordErrors })
    stand.queue.release(part)
    for (let i = 0; i < part.count; i++) expected.push((i === 1 || i === 2 ? own : error).message)
  }
  assert.deepEqual(stand.tags, ['a', 'b', 'c', 'd', 'e', 'f'])
  assert.deepEqual(
    stand.ends.map((end) => end.error?.message),
    expected,
  )
  assert.equal(stand.front.pending, false)
}

function survivesThrowing(stand: Stand): void {
  const topic = stand.topic()
  stand.append(topic, { value: 'a' })
  stand.append(topic, { value: 'b' }, 'b', { heldBytes: 0, settle: throws })
  stand.append(topic, { value: 'c' })
  stand.acknowledgeAll()
  assert.deepEqual(stand.tags, ['a', 'c'])
  assert.equal(stand.clock.logged.length, 1)
  assert.match(stand.clock.logged[0]!.message, /no memory/)
}

function takesFromDeliveries(stand: Stand): void {
  const topic = stand.topic()
  const settle = (): void => void stand.append(topic, { value: 'next' })
  stand.append(topic, { value: 'first' }, 'first', { heldBytes: 10, settle })
  stand.acknowledgeAll()
  assert.deepEqual(stand.tags, ['next'])
}

function throws(): never {
  throw new Error('no memory')
}
