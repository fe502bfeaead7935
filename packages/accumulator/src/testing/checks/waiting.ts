import assert from 'node:assert/strict'
import { noRoom, type TopicFront } from '../../accumulator-front.js'
import type { QueueBatch } from '../../accumulator-queue.js'
import { inLine, outcomes, StandWaiter } from '../stand/stand-waiter.js'
import { large, type MakeAccumulator, small, Stand, type TestFunction } from '../stand/stand.js'

/** Records that wait for metadata or memory. */
export function checkWaiting(test: TestFunction, make: MakeAccumulator): void {
  const tight = (more = {}): Stand => new Stand(make, { ...small, ...more })
  test('lets those who wait go on first in, first out', () => isFair(tight()))
  test('goes on with everybody who fits, not with one', () => goesOnWithAll(tight()))
  test('lets nobody overtake those who wait', () => letsNobodyOvertake(tight()))
  test('makes open batches due when others wait for the memory', () =>
    makesDue(tight({ lingerMs: 60_000 })))
  test('lets a waiter leave, once, and others go on', () => letsLeave(tight()))
  test('takes a waiter that leaves in its own turn', () => letsLeaveInTurn(tight()))
  test('fails a waiter with BUFFER_FULL after maxBlockMs', () =>
    endsWait(tight({ maxBlockMs: 500 })))
  test('lets those who wait hold bufferBytes, and refuses the next at once', () => refuses(tight()))
  test('refuses a record that can never fit', () => refusesHuge(tight()))
  test('lets records wait for metadata, and others not for theirs', () => waitsForTopic(tight()))
  test('fails a waiter with METADATA_TIMEOUT after maxBlockMs', () =>
    missesTopic(tight({ maxBlockMs: 500 })))
  test('refuses the records of a topic that the cluster refuses', () => refusesTopic(tight()))
}

/** Leaves room for a few bytes only. The batch that takes the rest was drained. */
function full(stand: Stand): { topic: TopicFront; batch: QueueBatch } {
  const topic = stand.topic()
  const value = Buffer.alloc(large)
  assert.notEqual(stand.append(topic, { partition: 3, value }, 'filling'), noRoom)
  assert.equal(stand.append(topic, { partition: 3, value }), noRoom)
  return { topic, batch: stand.request()[0]! }
}

function isFair(stand: Stand): void {
  const { topic, batch } = full(stand)
  const tags = Array.from({ length: 30 }, (_, i) => `${i}`)
  const waiters = tags.map((tag) => inLine(stand, topic, tag))
  assert.deepEqual(
    outcomes(waiters),
    tags.map(() => 'waits'),
  )
  stand.acknowledge(batch)
  assert.deepEqual(
    outcomes(waiters),
    tags.map(() => 'appended'),
  )
  stand.acknowledgeAll()
  assert.deepEqual(stand.tags, ['filling', ...tags])
}

/** franz-go 787: a client that wakes one waiter for each freed record comes to a standstill when sizes differ. */
function goesOnWithAll(stand: Stand): void {
  const { topic, batch } = full(stand)
  const many = Array.from({ length: 20 }, (_, i) => inLine(stand, topic, `${i}`, 500))
  const big = inLine(stand, topic, 'big', 45_000, 1)
  const last = inLine(stand, topic, 'last', 5_000, 2)
  stand.acknowledge(batch)
  assert.deepEqual(
    outcomes(many),
    many.map(() => 'appended'),
  )
  stand.acknowledgeAll()
  assert.deepEqual(outcomes([big, last]), ['appended', 'appended'])
  assert.deepEqual(stand.tags, ['filling', ...many.map((_, i) => `${i}`), 'big', 'last'])
}

function letsNobodyOvertake(stand: Stand): void {
  const other = stand.topic('other')
  const { topic, batch } = full(stand)
  assert.deepEqual([topic.blocked, other.blocked], [false, false])
  const seen: boolean[] = []
  topic.wait(
    new StandWaiter(100, () => {
      seen.push(topic.blocked)
      return 1
    }),
  )
  assert.deepEqual([topic.blocked, other.blocked], [true, true])
  stand.acknowledge(batch)
  assert.deepEqual(seen, [true], 'not from within the turn of a waiter either')
  assert.deepEqual([topic.blocked, other.blocked], [false, false])
}

function makesDue(stand: Stand): void {
  const topic = stand.topic()
  for (const partition of [0, 1]) stand.append(topic, { partition, value: Buffer.alloc(30_000) })
  assert.deepEqual(stand.request(), [])
  const waiter = inLine(stand, topic, 'waits', 30_000, 2)
  if (stand.append(topic, { partition: 3, value: Buffer.alloc(30_000) }) !== noRoom) return
  assert.equal(stand.requests({ busy: true }).length, 2)
  assert.equal(waiter.outcome, 'waits')
}

function letsLeave(stand: Stand): void {
  const { topic, batch } = full(stand)
  const [a, b, c] = ['a', 'b', 'c'].map((tag) => inLine(stand, topic, tag))
  assert.deepEqual([topic.leave(b!), topic.leave(b!)], [true, false])
  stand.acknowledge(batch)
  assert.deepEqual(outcomes([a!, b!, c!]), ['appended', 'waits', 'appended'])
  assert.equal(topic.leave(a!), false)
  stand.clock.advance(1_000_000)
  assert.equal(b!.outcome, 'waits')
}

function letsLeaveInTurn(stand: Stand): void {
  const { topic, batch } = full(stand)
  stand.settle(batch)
  const leaves: StandWaiter = new StandWaiter(1, () => {
    topic.leave(leaves)
    return noRoom
  })
  topic.wait(leaves)
  const next = inLine(stand, topic, 'next')
  stand.queue.release(batch)
  stand.clock.endTurns()
  assert.deepEqual(outcomes([leaves, next]), ['waits', 'appended'])
}

function endsWait(stand: Stand): void {
  const { topic } = full(stand)
  const first = inLine(stand, topic, 'first', large)
  stand.clock.advance(200)
  const second = inLine(stand, topic, 'second', 10)
  stand.clock.advance(299)
  assert.equal(first.outcome, 'waits')
  stand.clock.advance(1)
  assert.equal(first.outcome, 'BUFFER_FULL')
  if (second.outcome === 'appended') return
  stand.clock.advance(200)
  assert.equal(second.outcome, 'BUFFER_FULL')
}

function refuses(stand: Stand): void {
  const { topic } = full(stand)
  const waiters = [1, 2, 3].map(() => new StandWaiter(30_000, () => noRoom))
  for (const waiter of waiters) topic.wait(waiter)
  assert.deepEqual(outcomes(waiters), ['waits', 'waits', 'BUFFER_FULL'])
  topic.leave(waiters[0]!)
  const again = new StandWaiter(30_000, () => noRoom)
  topic.wait(again)
  assert.equal(again.outcome, 'waits')
}

function refusesHuge(stand: Stand): void {
  const topic = stand.topic()
  assert.equal(stand.append(topic, { value: Buffer.alloc(65_537) }), noRoom)
  const waiter = inLine(stand, topic, 'huge', 65_537)
  assert.equal(waiter.outcome, 'RECORD_TOO_LARGE')
  assert.equal(stand.front.pending, false)
}

function waitsForTopic(stand: Stand): void {
  const known = stand.topic('known')
  const topic = stand.front.forTopic('orders')
  assert.deepEqual([topic.blocked, topic.snapshot], [true, undefined])
  const waiters = ['a', 'b'].map((tag) => inLine(stand, topic, tag))
  assert.equal(known.blocked, false)
  stand.learn('orders', 0)
  stand.clock.endTurns()
  assert.deepEqual(outcomes(waiters), ['waits', 'waits'])
  stand.learn('orders', 4)
  stand.clock.endTurns()
  assert.deepEqual(outcomes(waiters), ['appended', 'appended'])
  assert.deepEqual([topic.blocked, topic.snapshot?.partitions.length], [false, 4])
  stand.acknowledgeAll()
  assert.deepEqual(stand.tags, ['a', 'b'])
}

function missesTopic(stand: Stand): void {
  const waiter = inLine(stand, stand.front.forTopic('orders'), 'a')
  stand.clock.advance(499)
  assert.equal(waiter.outcome, 'waits')
  stand.clock.advance(1)
  assert.equal(waiter.outcome, 'METADATA_TIMEOUT')
}

function refusesTopic(stand: Stand): void {
  const topic = stand.front.forTopic('orders')
  const early = inLine(stand, topic, 'a')
  stand.learn('orders', 0, 'TOPIC_AUTHORIZATION_FAILED')
  stand.clock.endTurns()
  const late = inLine(stand, topic, 'b')
  assert.deepEqual(outcomes([early, late]), Array(2).fill('TOPIC_AUTHORIZATION_FAILED'))
}
