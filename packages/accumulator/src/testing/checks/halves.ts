import assert from 'node:assert/strict'
import type { ManualClock } from '@sluice/protocol/testing'
import type { AccumulatorLink } from '../../accumulator.js'
import type { ToFront, ToQueue } from '../../messages.js'
import { reactions, watch } from '../stand/promises.js'
import type { MakeAccumulator, TestFunction } from '../stand/setting.js'
import { inLine } from '../stand/stand-waiter.js'
import { Stand } from '../stand/stand.js'

/** The halves share nothing, so they may live on two threads. */
export function checkHalves(test: TestFunction, make: MakeAccumulator): void {
  test('says all that its halves say in messages that survive structuredClone', () => {
    const seen: (ToQueue | ToFront)[] = []
    const cloned = (message: ToQueue | ToFront): unknown => {
      seen.push(message)
      const clone: unknown = structuredClone(message)
      assert.deepEqual(clone, message, `a message of type ${message.type} is not plain data`)
      return clone
    }
    return runs(make, seen, () => ({
      toQueue: (message, deliver) => deliver(cloned(message) as ToQueue),
      toFront: (message, deliver) => deliver(cloned(message) as ToFront),
    }))
  })
  test('works with halves that hear from each other a turn later', () => {
    const seen: (ToQueue | ToFront)[] = []
    return runs(make, seen, ({ setImmediate }) => ({
      toQueue(message, deliver) {
        seen.push(message)
        const clone = structuredClone(message)
        setImmediate(() => deliver(clone))
      },
      toFront(message, deliver) {
        seen.push(message)
        const clone = structuredClone(message)
        setImmediate(() => deliver(clone))
      },
    }))
  })
}

/** Uses every message at least once. Each record settles once, in order. */
async function runs(
  make: MakeAccumulator,
  seen: readonly (ToQueue | ToFront)[],
  linkOf: (clock: ManualClock) => AccumulatorLink,
): Promise<void> {
  const stand = new Stand(make, { batchRecords: 7, lingerMs: 5 }, linkOf)
  const topic = stand.front.forTopic('orders')
  const waiter = inLine(stand, topic, 'waited', 100, 3)
  stand.learn('orders', 4)
  stand.clock.endTurns()
  assert.equal(waiter.outcome, 'appended')
  for (let i = 0; i < 100; i++) {
    stand.append(topic, { partition: i % 3, value: 'v'.repeat(i) }, i)
    if (i % 10 === 0) stand.clock.endTurns()
  }
  const flushed = watch(stand.front.flush())
  splitAndRequeue(stand)
  stand.acknowledgeAll()
  await reactions()
  assert.equal(flushed.resolved, true)
  stand.append(topic, { value: 'open' }, 'open')
  const closed = watch(stand.front.close())
  stand.clock.endTurns()
  await reactions()
  assert.equal(closed.resolved, true)
  assertInOrder(stand.tags)
  assertSaid(seen)
}

function splitAndRequeue(stand: Stand): void {
  const [first, second, ...rest] = stand.request()
  stand.queue.split(first!)
  stand.queue.requeue(second!, stand.clock.now(), 0)
  for (const batch of rest) stand.acknowledge(batch)
}

function assertInOrder(tags: readonly unknown[]): void {
  assert.equal(tags.length, 102)
  for (let partition = 0; partition < 3; partition++) {
    const own = tags.filter((tag) => typeof tag === 'number' && tag % 3 === partition) as number[]
    assert.deepEqual(
      own,
      own.toSorted((a, b) => a - b),
    )
  }
}

function assertSaid(seen: readonly (ToQueue | ToFront)[]): void {
  const types = new Set(seen.map(({ type }) => type))
  const expected = ['topic', 'metadata', 'due', 'wanted', 'sealed', 'settled', 'released', 'close']
  const missing = expected.filter((type) => !types.has(type as ToQueue['type']))
  assert.deepEqual(missing, [], 'messages that did not go through the link')
}
