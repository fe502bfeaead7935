import assert from 'node:assert/strict'
import { describeError, KafkaError } from '@sluice/protocol'
import type { QueueBatch, RecordError } from '../../accumulator-queue.js'
import { reactions, watch } from '../stand/promises.js'
import { recordsOf, valuesOf } from '../stand/read-batch.js'
import type { MakeAccumulator, TestFunction } from '../stand/setting.js'
import { Stand } from '../stand/stand.js'

/** Batches of which single records were refused. */
export function checkExcluding(test: TestFunction, make: MakeAccumulator): void {
  const four = (): Stand => new Stand(make, { batchRecords: 4 })
  test('takes refused records out of a batch, and sends the others in its place', () =>
    excludes(four()))
  test('tells each record that is left of a batch its own offset, and waits for them', () =>
    tellsOffsets(four()))
  test('takes records out of a batch again, and splits what is left', () => excludesAgain(four()))
  test('holds what is left of a batch back for as long as it is told', () => waits(four()))
}

function refusalOf(...indexes: number[]): RecordError[] {
  const error = describeError(new KafkaError('INVALID_RECORD', 'told by the test'))
  return indexes.map((index) => ({ index, error }))
}

/** A batch of four on its way, and a sealed one behind it. */
function sent(stand: Stand): QueueBatch {
  const topic = stand.topic()
  for (const [at, value] of 'abcdefgh'.split('').entries())
    stand.append(topic, { value, timestamp: at })
  return stand.request()[0]!
}

function excludes(stand: Stand): void {
  const whole = sent(stand)
  const rest = stand.queue.exclude(whole, refusalOf(0, 3), 0, 0)
  const told = stand.ends.map(({ tag, error }) => [tag, error?.code])
  assert.deepEqual(told, [
    ['a', 'INVALID_RECORD'],
    ['d', 'INVALID_RECORD'],
  ])
  assert.deepEqual([rest.id, rest.first, rest.count, rest.maxTimestamp], [whole.id, 1, 2, 2])
  const batches = stand.requests()
  assert.deepEqual(valuesOf(batches), [
    ['b', 'c'],
    ['e', 'f', 'g', 'h'],
  ])
  const times = recordsOf(batches[0]!).map(({ timestamp }) => timestamp)
  assert.deepEqual(times, [1, 2])
}

async function tellsOffsets(stand: Stand): Promise<void> {
  const whole = sent(stand)
  const flushed = watch(stand.front.flush())
  const rest = stand.queue.exclude(whole, refusalOf(1), 0, 0)
  // What the first batch was is nothing any more.
  stand.fail(whole)
  for (const batch of stand.requests()) if (batch !== rest) stand.acknowledge(batch, 43n)
  await reactions()
  assert.equal(flushed.resolved, false, 'flush resolved before the rest of the batch has settled')
  stand.acknowledge(rest, 40n)
  await reactions()
  assert.equal(flushed.resolved, true)
  const offsets = new Map(stand.ends.map(({ tag, offset }) => [tag, offset]))
  const expected = { a: 40n, b: null, c: 41n, d: 42n, e: 43n, f: 44n, g: 45n, h: 46n }
  assert.deepEqual(Object.fromEntries(offsets), expected)
  assert.equal(stand.ends.length, 8)
  assert.equal(stand.front.pending, false)
}

function excludesAgain(stand: Stand): void {
  stand.queue.exclude(sent(stand), refusalOf(1), 0, 0)
  const [again] = stand.request()
  stand.queue.exclude(again!, refusalOf(1), 0, 0)
  assert.deepEqual(stand.tags, ['b', 'c'])
  const [left] = stand.request()
  assert.deepEqual(valuesOf([left!]), [['a', 'd']])
  const parts = stand.queue.split(left!)
  assert.deepEqual(valuesOf(parts), [['a'], ['d']])
  for (const [at, part] of parts.entries()) stand.acknowledge(part, BigInt(at))
  assert.deepEqual(
    stand.ends.slice(2).map(({ tag, offset }) => [tag, offset]),
    [
      ['a', 0n],
      ['d', 1n],
    ],
  )
}

function waits(stand: Stand): void {
  stand.leaders.set('orders-0', { node: 0, epoch: 4 })
  const whole = sent(stand)
  const rest = stand.queue.exclude(whole, refusalOf(2), stand.clock.now() + 100, 4)
  assert.deepEqual(stand.request(), [])
  stand.leaders.set('orders-0', { node: 0, epoch: 5 })
  assert.deepEqual(stand.request()[0], rest)
}
