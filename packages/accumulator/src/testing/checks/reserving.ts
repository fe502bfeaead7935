import assert from 'node:assert/strict'
import { type MakeAccumulator, small, type TestFunction } from '../stand/setting.js'
import { inLine, outcomes, reserved } from '../stand/stand-waiter.js'
import { Stand } from '../stand/stand.js'

/** Records whose value comes later. An accumulator may be without this power: then serializers must answer at once. */
export function checkReserving(test: TestFunction, make: MakeAccumulator): void {
  const check = (name: string, run: (stand: Stand) => void): unknown =>
    test(name, () => {
      const stand = new Stand(make, { ...small, maxBlockMs: 500 })
      if (stand.topic().reserve !== undefined) run(stand)
    })
  check('keeps the place of a record whose value comes later', keepsPlace)
  check('lets a record whose value never comes fail after maxBlockMs, and others go on', endsInTime)
  check(
    'lets a record whose value never comes leave, or end with close, and others go on',
    letsLeave,
  )
}

function keepsPlace(stand: Stand): void {
  const topic = stand.topic()
  const first = reserved(stand, topic, 'first')
  assert.equal(topic.blocked, true)
  assert.equal(stand.topic('other').blocked, false)
  const later = [inLine(stand, topic, 'second'), reserved(stand, topic, 'third')]
  later[1]!.complete(topic)
  assert.deepEqual(outcomes([first, ...later]), ['waits', 'waits', 'waits'])
  first.complete(topic)
  assert.deepEqual(outcomes([first, ...later]), ['appended', 'appended', 'appended'])
  stand.acknowledgeAll()
  assert.deepEqual(stand.tags, ['first', 'second', 'third'])
}

function endsInTime(stand: Stand): void {
  const topic = stand.topic()
  const never = reserved(stand, topic, 'never')
  const next = inLine(stand, topic, 'next')
  stand.clock.advance(499)
  assert.deepEqual(outcomes([never, next]), ['waits', 'waits'])
  stand.clock.advance(2)
  assert.deepEqual(outcomes([never, next]), ['SERIALIZATION_FAILED', 'appended'])
  never.complete(topic)
  assert.equal(never.outcome, 'SERIALIZATION_FAILED')
}

function letsLeave(stand: Stand): void {
  const topic = stand.topic()
  const leaving = reserved(stand, topic, 'leaving')
  const next = inLine(stand, topic, 'next')
  assert.equal(leaving.leave(topic), true)
  assert.deepEqual(outcomes([leaving, next]), ['waits', 'appended'])
  const last = reserved(stand, topic, 'last')
  void stand.front.close()
  assert.equal(last.outcome, 'PRODUCER_CLOSED')
}
