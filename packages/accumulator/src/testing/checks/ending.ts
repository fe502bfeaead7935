import assert from 'node:assert/strict'
import { noRoom } from '../../accumulator-front.js'
import { reactions, watch } from '../stand/promises.js'
import { type MakeAccumulator, single, type TestFunction } from '../stand/setting.js'
import { inLine, outcomes, type StandWaiter } from '../stand/stand-waiter.js'
import { Stand } from '../stand/stand.js'

/** Flush and close, and what the front says of pending records and batches. */
export function checkEnding(test: TestFunction, make: MakeAccumulator): void {
  test('flush ends when all that was appended before has settled', () => flushes(make))
  test('flush waits for those who wait', () => flushesLine(new Stand(make)))
  test('close fails what is not sent, and waits for the rest', () => closes(make))
  test('close refuses what comes during it and afterwards', () => staysClosed(new Stand(make)))
  test('close leaves no timer behind, and may be called again', () => closesTwice(make))
  test('tells when anything is pending', () => tellsPending(new Stand(make, single)))
  test('tells how many batches of a partition there are, and since when', () =>
    tellsQueue(new Stand(make, single)))
}

async function flushes(make: MakeAccumulator): Promise<void> {
  const stand = new Stand(make, { lingerMs: 60_000 })
  const topic = stand.topic()
  await stand.front.flush()
  for (const partition of [0, 1]) stand.append(topic, { partition, value: `${partition}` })
  const flushed = watch(stand.front.flush())
  const [a, b] = stand.request({ busy: true })
  stand.append(topic, { value: 'later' })
  stand.acknowledge(b!)
  await reactions()
  assert.equal(flushed.resolved, false)
  stand.fail(a!)
  await reactions()
  assert.equal(flushed.resolved, true, 'flush waits for what was appended later, or for success')
}

async function flushesLine(stand: Stand): Promise<void> {
  const topic = stand.front.forTopic('orders')
  const [waits, leaves] = ['waits', 'leaves'].map((tag) => inLine(stand, topic, tag))
  const flushed = watch(stand.front.flush())
  leaves!.leave(topic)
  await reactions()
  assert.equal(flushed.resolved, false)
  stand.learn('orders', 1)
  stand.clock.endTurns()
  assert.equal(waits!.outcome, 'appended')
  await reactions()
  assert.equal(flushed.resolved, false)
  stand.acknowledgeAll()
  await reactions()
  assert.equal(flushed.resolved, true)
}

async function closes(make: MakeAccumulator): Promise<void> {
  const stand = new Stand(make, { batchRecords: 2, lingerMs: 50 })
  const topic = stand.topic()
  for (const value of ['sent 1', 'sent 2', 'sealed 1', 'sealed 2', 'open'])
    stand.append(topic, { value })
  const waiter = inLine(stand, stand.front.forTopic('unknown'), 'waits')
  const [sent] = stand.request()
  const closed = watch(stand.front.close())
  stand.clock.endTurns()
  assert.deepEqual([waiter.outcome, stand.queue.closed], ['PRODUCER_CLOSED', true])
  for (const batch of stand.queue.take({})) stand.fail(batch, 'PRODUCER_CLOSED')
  await reactions()
  assert.equal(closed.resolved, false, 'closed before the last batch has settled')
  stand.acknowledge(sent!)
  await reactions()
  assert.equal(closed.resolved, true)
  const ends = stand.ends.map(({ tag, error }) => [tag, error?.code ?? null])
  assert.deepEqual(Object.fromEntries(ends), {
    'sent 1': null,
    'sent 2': null,
    'sealed 1': 'PRODUCER_CLOSED',
    'sealed 2': 'PRODUCER_CLOSED',
    open: 'PRODUCER_CLOSED',
  })
  assert.equal(stand.ends.length, 5)
}

async function staysClosed(stand: Stand): Promise<void> {
  const topic = stand.topic()
  const waiters: StandWaiter[] = []
  const settle = (): void => void waiters.push(inLine(stand, topic, 'again'))
  stand.append(topic, { value: 'open' }, 'open', { heldBytes: 0, settle })
  await stand.front.close()
  assert.equal(stand.append(topic, { value: 'late' }), noRoom)
  settle()
  assert.deepEqual(outcomes(waiters), ['PRODUCER_CLOSED', 'PRODUCER_CLOSED'])
  assert.equal(stand.front.pending, false)
}

async function closesTwice(make: MakeAccumulator): Promise<void> {
  const stand = new Stand(make, { lingerMs: 50 })
  stand.append(stand.topic(), { value: 'open' })
  inLine(stand, stand.front.forTopic('unknown'), 'waits')
  await stand.front.close()
  await stand.front.close()
  assert.deepEqual([stand.clock.pendingTimers, stand.tags], [0, ['open']])
}

function tellsPending(stand: Stand): void {
  const { front } = stand
  const changes: boolean[] = []
  front.onPending((pending) => changes.push(pending))
  const topic = front.forTopic('orders')
  const waiter = inLine(stand, topic, 'a')
  assert.deepEqual([front.pending, changes], [true, [true]])
  const unsettled = (): number => front.unsettled?.() ?? 1
  assert.equal(unsettled(), 1)
  stand.learn('orders', 1)
  stand.clock.endTurns()
  assert.equal(waiter.outcome, 'appended')
  assert.equal(unsettled(), 1)
  const [batch] = stand.request()
  assert.deepEqual([front.pending, changes], [true, [true]])
  stand.settle(batch!)
  stand.clock.endTurns()
  assert.deepEqual([front.pending, changes], [false, [true, false]])
}

function tellsQueue(stand: Stand): void {
  const topic = stand.topic()
  const told = (): unknown[] => [topic.queuedBatches(1), topic.delayedMs(1), topic.tailOpen(1)]
  assert.deepEqual(told(), [0, 0, false])
  stand.append(topic, { partition: 1 })
  stand.clock.advance(40)
  stand.append(topic, { partition: 1 })
  stand.clock.advance(2)
  assert.deepEqual(told(), [2, 42, false])
  stand.acknowledge(stand.request()[0]!)
  assert.deepEqual(told(), [1, 2, false])
  assert.ok(topic.batchBytes > 0)
}
