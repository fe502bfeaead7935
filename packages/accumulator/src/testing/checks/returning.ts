import assert from 'node:assert/strict'
import type { QueueBatch } from '../../accumulator-queue.js'
import { reactions, watch } from '../stand/promises.js'
import { recordsOf, valuesOf } from '../stand/read-batch.js'
import { type MakeAccumulator, single, type TestFunction } from '../stand/setting.js'
import { Stand } from '../stand/stand.js'

/** Batches that are sent again, split, or given up. */
export function checkReturning(test: TestFunction, make: MakeAccumulator): void {
  const one = (): Stand => new Stand(make, single)
  test('puts a batch back in its place, with the same bytes', () => putsBack(one()))
  test('waits for the end of a back-off, and says when that is', () => backsOff(one()))
  test('does not wait for it when there is a newer leader', () => skipsBackOff(one()))
  test('splits a batch in its place, again and again', () =>
    splits(new Stand(make, { batchRecords: 8 })))
  test('settles the parts of a batch, and waits for all of them', () =>
    settlesParts(new Stand(make, { batchRecords: 4 })))
  test('gives up a batch at exactly its deadline', () => expires(make))
  test('gives up everything, or all of one topic, or some partitions of it', () => takesAll(one()))
  test('gives up open batches that are due, where that is asked for', () =>
    takesOpenBatches(new Stand(make, { lingerMs: 500 })))
  test('seals what is open for a topic that is another one now', () =>
    sealsForNewTopic(new Stand(make, { lingerMs: 500 })))
}

function putsBack(stand: Stand): void {
  const topic = stand.topic()
  for (const value of ['a', 'b', 'c', 'd']) stand.append(topic, { value })
  const [a, b, c] = [stand.request(), stand.request(), stand.request()].flat()
  const payload = a!.payload.slice()
  for (const batch of [b!, c!, a!]) stand.queue.requeue(batch, 0, 0)
  stand.append(topic, { value: 'e' })
  const batches = stand.requests()
  assert.deepEqual(valuesOf(batches), [['a'], ['b'], ['c'], ['d'], ['e']])
  assert.equal(batches[0], a)
  assert.deepEqual(a!.payload.slice(), payload)
}

function backsOff(stand: Stand): void {
  stand.append(stand.topic(), {})
  const [batch] = stand.request()
  const retryAt = stand.clock.now() + 100
  stand.queue.requeue(batch!, retryAt, 0)
  const { nodes, nextAt } = stand.ready()
  assert.deepEqual([nodes.size, nextAt], [0, retryAt])
  stand.clock.advance(99)
  assert.deepEqual(stand.request(), [])
  stand.clock.advance(1)
  assert.deepEqual(stand.request(), [batch])
}

function skipsBackOff(stand: Stand): void {
  stand.append(stand.topic(), {})
  stand.leaders.set('orders-0', { node: 1, epoch: 4 })
  const [batch] = stand.request({}, 1)
  stand.queue.requeue(batch!, stand.clock.now() + 100, 4)
  assert.deepEqual(stand.request({}, 1), [])
  stand.leaders.set('orders-0', { node: 2, epoch: 5 })
  assert.deepEqual(stand.request({}, 2), [batch])
}

/** KAFKA-8350: the parts must become smaller with every further split. */
function splits(stand: Stand): void {
  const topic = stand.topic()
  for (let i = 0; i < 16; i++) stand.append(topic, { value: `${i}`.padStart(2, '0'), timestamp: i })
  const whole = stand.request()[0]!
  const { payload } = whole
  const half = payload.byteLength / 2
  const parts = stand.queue.split(whole)
  assert.ok(parts.length > 1)
  for (const part of parts) assert.ok(part.payload.byteLength <= half || part.count === 1)
  const quarters = stand.queue.split(stand.request()[0]!)
  assert.ok(quarters.length > 1)
  const sent = stand.requests()
  const values = Array.from({ length: 16 }, (_, i) => `${i}`.padStart(2, '0'))
  assert.deepEqual(valuesOf(sent).flat(), values)
  assert.deepEqual(
    sent.flatMap((part) => recordsOf(part)).map(({ timestamp }) => timestamp),
    [...values.keys()],
  )
  const partsOfFirst = sent.filter(({ id }) => id === whole.id)
  assert.deepEqual(
    partsOfFirst.map(({ first }) => first),
    startsOf(partsOfFirst),
  )
}

function startsOf(parts: readonly QueueBatch[]): number[] {
  let start = 0
  return parts.map(({ count }) => (start += count) - count)
}

/** KAFKA-9312, KAFKA-19479: a flush must not end when the batch is split. KAFKA-8325: its memory comes back once. */
async function settlesParts(stand: Stand): Promise<void> {
  const topic = stand.topic()
  for (const value of ['a', 'b', 'c', 'd']) stand.append(topic, { value })
  const flushed = watch(stand.front.flush())
  const whole = stand.request()[0]!
  const [first, ...rest] = stand.queue.split(whole)
  stand.fail(whole)
  stand.acknowledge(first!, 70n)
  await reactions()
  assert.equal(flushed.resolved, false, 'flush resolved before the last part has settled')
  let offset = 40n
  for (const part of rest) {
    stand.acknowledge(part, offset)
    offset += BigInt(part.count)
  }
  await reactions()
  assert.equal(flushed.resolved, true)
  const offsets = stand.ends.map(({ tag, offset: at, error }) => [tag, at, error])
  const expected = ['a', 'b', 'c', 'd'].map((tag, i) => {
    const inFirst = i < first!.count
    return [tag, inFirst ? 70n + BigInt(i) : 40n + BigInt(i - first!.count), null]
  })
  assert.deepEqual(offsets, expected)
  assert.equal(stand.front.pending, false)
}

function expires(make: MakeAccumulator): void {
  const stand = new Stand(make, { ...single, deliveryTimeoutMs: 1_000 })
  const topic = stand.topic()
  const start = stand.clock.now()
  for (const partition of [0, 1]) stand.append(topic, { partition, value: `${partition}` })
  const [sent] = stand.request({ mayDrain: (_, partition) => partition === 0 })
  stand.queue.requeue(sent!, Infinity, 0)
  stand.clock.advance(10)
  stand.append(topic, { value: 'later' })
  assert.ok(stand.ready().nextAt <= start + 1_000, 'ready tells of the first deadline')
  const takenAt = (ms: number): number => stand.queue.take({ expiredAt: start + ms }).length
  assert.deepEqual([takenAt(999), takenAt(1_000), takenAt(1_009), takenAt(1_010)], [0, 2, 0, 1])
  assert.deepEqual(stand.requests(), [])
}

function takesAll(stand: Stand): void {
  const topic = stand.topic()
  const other = stand.topic('other')
  for (const partition of [0, 1, 0]) stand.append(topic, { partition })
  for (const partition of [0, 1, 2, 3]) stand.append(other, { partition })
  assert.deepEqual(
    stand.queue.take({ topic: 'other', fromPartition: 2 }).map(({ partition }) => partition),
    [2, 3],
  )
  const taken = stand.queue.take({ topic: 'other' })
  assert.deepEqual(
    taken.map(({ topic: name }) => name),
    ['other', 'other'],
  )
  assert.equal(stand.queue.take({}).length, 3)
  assert.deepEqual([stand.queue.take({}), stand.ready().nodes.size], [[], 0])
}

function takesOpenBatches(stand: Stand): void {
  stand.append(stand.topic(), { value: 'first' })
  stand.clock.advance(500)
  stand.append(stand.topic('other'), { value: 'not due' })
  assert.deepEqual(stand.queue.take({}), [], 'open batches stay at the front')
  assert.deepEqual(valuesOf(stand.queue.take({ withOpen: true })), [['first']])
}

function sealsForNewTopic(stand: Stand): void {
  const topic = stand.topic()
  stand.append(topic, { value: 'before' })
  stand.learn('orders', 4)
  assert.deepEqual(
    stand.queue.take({ topic: 'orders' }),
    [],
    'nothing is due, and the topic is the same',
  )
  stand.learn('orders', 4, null, 'second')
  stand.append(topic, { value: 'after' })
  assert.deepEqual(valuesOf(stand.queue.take({ topic: 'orders' })), [['before']])
  stand.clock.advance(500)
  assert.deepEqual(valuesOf(stand.queue.take({ topic: 'orders' })), [['after']])
}
