import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { noRoom, type Placed } from '../../accumulator-front.js'
import { large, type MakeAccumulator, small, type TestFunction } from '../stand/setting.js'
import { full, inLine, outcomes, StandWaiter } from '../stand/stand-waiter.js'
import { Stand } from '../stand/stand.js'

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
  test('keeps the place of a record that stands for many until its last part is appended', () =>
    placesInParts(tight({ maxBlockMs: 500 })))
  test('tells why a record would be refused, and not that the line is full', () =>
    tellsRefusal(tight()))
  test('lets records wait for metadata, and others not for theirs', () => waitsForTopic(tight()))
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
  new StandWaiter(100, () => {
    seen.push(topic.blocked)
    return 1
  }).wait(topic)
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
  assert.deepEqual([b!.leave(topic), b!.leave(topic)], [true, false])
  stand.acknowledge(batch)
  assert.deepEqual(outcomes([a!, b!, c!]), ['appended', 'waits', 'appended'])
  assert.equal(a!.leave(topic), false)
  stand.clock.advance(1_000_000)
  assert.equal(b!.outcome, 'waits')
}

function letsLeaveInTurn(stand: Stand): void {
  const { topic, batch } = full(stand)
  stand.settle(batch)
  const leaves: StandWaiter = new StandWaiter(1, () => {
    leaves.leave(topic)
    return noRoom
  })
  leaves.wait(topic)
  const next = inLine(stand, topic, 'next')
  stand.queue.release(batch)
  stand.clock.endTurns()
  assert.deepEqual(outcomes([leaves, next]), ['waits', 'appended'])
}

function placesInParts(stand: Stand): void {
  const topic = stand.front.forTopic('orders')
  const turns: Placed[] = ['partly', 'partly', false, true]
  const placer = { inParts: true, place: (): Placed => turns.shift()! }
  const record = { partition: -1, key: null, value: null, headers: null, timestamp: 0 }
  const delivery = {
    heldBytes: 0,
    settle: () => assert.fail('its wait begins anew with each part'),
  }
  topic.wait(record, delivery, undefined, undefined, placer)
  for (const left of [3, 2]) {
    stand.clock.advance(400)
    stand.learn('orders', 4)
    assert.deepEqual([turns.length, topic.blocked], [left, true])
  }
  stand.clock.advance(400)
  stand.learn('orders', 4)
  stand.learn('orders', 4)
  assert.deepEqual([turns.length, topic.blocked], [0, false])
}

function tellsRefusal(stand: Stand): void {
  const { topic } = full(stand)
  const record = { partition: 0, key: null, value: null, headers: null, timestamp: 0 }
  const delivery = { heldBytes: 0, settle: () => {} }
  assert.equal(topic.refusalOf(record, delivery), null)
  const huge = { ...record, value: new Uint8Array(2 * large) }
  assert.equal(topic.refusalOf(huge, delivery)?.code, 'RECORD_TOO_LARGE')
  void stand.front.close()
  assert.equal(topic.refusalOf(record, delivery)?.code, 'PRODUCER_CLOSED')
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
