import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { noRoom } from '../../accumulator-front.js'
import { large, type MakeAccumulator, small, type TestFunction } from '../stand/setting.js'
import { full, inLine, outcomes, StandWaiter } from '../stand/stand-waiter.js'
import { Stand } from '../stand/stand.js'

/** Records that wait in vain. */
export function checkRefusing(test: TestFunction, make: MakeAccumulator): void {
  const tight = (more = {}): Stand => new Stand(make, { ...small, ...more })
  test('fails a waiter with BUFFER_FULL after maxBlockMs', () =>
    endsWait(tight({ maxBlockMs: 500 })))
  test('lets those who wait hold bufferBytes, and refuses the next at once', () => refuses(tight()))
  test('refuses a record that can never fit', () => refusesHuge(tight()))
  test('fails a waiter with METADATA_TIMEOUT after maxBlockMs', () =>
    missesTopic(tight({ maxBlockMs: 500 })))
  test('refuses the records of a topic that the cluster refuses', () => refusesTopic(tight()))
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
  for (const waiter of waiters) waiter.wait(topic)
  assert.deepEqual(outcomes(waiters), ['waits', 'waits', 'BUFFER_FULL'])
  waiters[0]!.leave(topic)
  const again = new StandWaiter(30_000, () => noRoom)
  again.wait(topic)
  assert.equal(again.outcome, 'waits')
}

function refusesHuge(stand: Stand): void {
  const topic = stand.topic()
  assert.equal(stand.append(topic, { value: Buffer.alloc(65_537) }), noRoom)
  const waiter = inLine(stand, topic, 'huge', 65_537)
  assert.equal(waiter.outcome, 'RECORD_TOO_LARGE')
  assert.equal(stand.front.pending, false)
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
