import { describe, expect, it } from 'vitest'
import { type Delivery, noRoom } from '../src/index.js'
import { TestAccumulator, TestWaiter, leave, wait } from './test-accumulator.js'

const single = { batchRecords: 1 }

async function reactions(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

/** Whether the promise has resolved. */
function watch(promise: Promise<void>): { resolved: boolean } {
  const watched = { resolved: false }
  void promise.then(() => (watched.resolved = true))
  return watched
}

describe('settling', () => {
  it('tells each record of a batch once, in order, with its offset and time', () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.topic()
    for (const tag of ['a', 'b', 'c']) accumulator.append(topic, { timestamp: 70 }, tag)
    accumulator.append(topic, { timestamp: 50 }, 'd')
    accumulator.runtime.endTurn()
    const [batch] = accumulator.drain()
    accumulator.acknowledge(batch!, 100n)
    accumulator.queue.settle(batch!, { error: null, baseOffset: 0n, logAppendTime: -1 })
    expect(accumulator.settled).toEqual([
      { tag: 'a', error: null, offset: 100n, timestamp: 70 },
      { tag: 'b', error: null, offset: 101n, timestamp: 70 },
      { tag: 'c', error: null, offset: 102n, timestamp: 70 },
      { tag: 'd', error: null, offset: 103n, timestamp: 50 },
    ])
  })

  it('tells each record through its own delivery, with what is its own, however they are mixed', () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.topic()
    const [light, heavy] = [accumulator.deliveryOf(0), accumulator.deliveryOf(10)]
    const told: unknown[] = []
    const silent: Delivery = {
      heldBytes: 0,
      settle: (_, index, a, b) => void told.push(index, a, b),
    }
    const deliveries = [silent, light, light, heavy, silent, light, heavy, heavy]
    for (const [tag, delivery] of deliveries.entries()) {
      const own = delivery === silent ? undefined : tag
      accumulator.append(topic, { timestamp: 100 + (tag >> 1) }, own, delivery)
    }
    accumulator.runtime.endTurn()
    accumulator.acknowledge(accumulator.drain()[0]!, 50n)
    expect(told).toEqual([0, undefined, undefined, 4, undefined, undefined])
    expect(accumulator.settled).toEqual(
      [1, 2, 3, 5, 6, 7].map((tag) => ({
        tag,
        error: null,
        offset: 50n + BigInt(tag),
        timestamp: 100 + (tag >> 1),
      })),
    )
  })

  it('gives the broker’s time where it has one, and −1n where it gave no offset', () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.topic()
    for (const tag of ['a', 'b']) accumulator.append(topic, {}, tag)
    accumulator.runtime.endTurn()
    accumulator.acknowledge(accumulator.drain()[0]!, -1n, 9_000)
    expect(accumulator.settled).toEqual([
      { tag: 'a', error: null, offset: -1n, timestamp: 9_000 },
      { tag: 'b', error: null, offset: -1n, timestamp: 9_000 },
    ])
  })

  it('gives metadata that can be logged and written as JSON', () => {
    const accumulator = new TestAccumulator()
    let metadata: unknown
    const delivery: Delivery = {
      heldBytes: 0,
      settle: (settlement, index) => void (metadata = settlement.metadata(index)),
    }
    accumulator.append(accumulator.topic(), { partition: 2, timestamp: 5 }, undefined, delivery)
    accumulator.runtime.endTurn()
    accumulator.acknowledge(accumulator.drain()[0]!, 2n ** 60n)
    const offset = 1152921504606846976n
    expect({ ...(metadata as object) }).toEqual({
      topic: 'orders',
      partition: 2,
      offset,
      timestamp: 5,
    })
    expect(JSON.parse(JSON.stringify(metadata))).toEqual({
      topic: 'orders',
      partition: 2,
      offset: `${offset}`,
      timestamp: 5,
    })
  })

  it('gives a failed batch’s error, with its cause, to each of its records', () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.topic()
    for (const tag of ['a', 'b']) accumulator.append(topic, {}, tag)
    accumulator.runtime.endTurn()
    accumulator.fail(accumulator.drain()[0]!, 'INVALID_RECORD')
    const [a, b] = accumulator.settled
    expect(a).toMatchObject({ tag: 'a', offset: null, error: { code: 'INVALID_RECORD' } })
    expect(a!.error).toBe(b!.error)
  })

  it('survives a delivery that throws: it is logged, and harms no other record', async () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.topic()
    const throws = {
      heldBytes: 0,
      settle: () => {
        throw new Error('a user’s mistake')
      },
    }
    accumulator.append(topic, {}, 'a')
    accumulator.append(topic, {}, 'b', throws)
    accumulator.append(topic, {}, 'c')
    const flushed = watch(accumulator.front.flush())
    accumulator.acknowledge(accumulator.drain()[0]!)
    await reactions()
    expect(accumulator.tags).toEqual(['a', 'c'])
    const message = 'A delivery callback of topic orders threw: Error: a user’s mistake'
    expect(accumulator.runtime.logged).toEqual([{ level: 'error', message }])
    expect(flushed.resolved).toBe(true)
    expect(accumulator.front.pending).toBe(false)
  })

  it('lets a delivery append: a record sent on from a callback is as good as any', () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic()
    const again = {
      heldBytes: 10,
      settle: () => void accumulator.append(topic, { value: 'next' }, 'next'),
    }
    accumulator.append(topic, { value: 'first' }, 'first', again)
    accumulator.acknowledgeAll()
    expect(accumulator.tags).toEqual(['next'])
  })

  it('passes both arguments of a record, and its index', () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.topic()
    const calls: unknown[] = []
    const delivery: Delivery = {
      heldBytes: 0,
      settle: (_, index, a, b) => void calls.push([index, a, b]),
    }
    const record = { partition: 0, key: null, value: null, headers: null, timestamp: 0 }
    topic.append(record, delivery, 'a', 'b')
    topic.append(record, delivery, 1, 2)
    accumulator.acknowledgeAll()
    expect(calls).toEqual([
      [0, 'a', 'b'],
      [1, 1, 2],
    ])
  })
})

describe('flush', () => {
  it('resolves at once when nothing is unsettled', async () => {
    await expect(new TestAccumulator().front.flush()).resolves.toBeUndefined()
  })

  it('resolves when all that was appended before has settled, whatever the result', async () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic()
    for (const partition of [0, 1, 2]) accumulator.append(topic, { partition })
    const flushed = watch(accumulator.front.flush())
    const [a, b, c] = accumulator.drain()
    accumulator.acknowledge(c!)
    accumulator.fail(a!)
    await reactions()
    expect(flushed.resolved).toBe(false)
    accumulator.queue.settle(b!, { error: null, baseOffset: 0n, logAppendTime: -1 })
    await reactions()
    expect(flushed.resolved).toBe(true)
  })

  it('does not wait for what is appended later', async () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic()
    accumulator.append(topic, { value: 'a' })
    const first = watch(accumulator.front.flush())
    accumulator.append(topic, { value: 'b' })
    const second = watch(accumulator.front.flush())
    const [a, b] = accumulator.drainAll()
    accumulator.acknowledge(a!)
    await reactions()
    expect([first.resolved, second.resolved]).toEqual([true, false])
    accumulator.acknowledge(b!)
    await reactions()
    expect(second.resolved).toBe(true)
  })

  // KAFKA-9312, KAFKA-19479
  it('waits for the last part of a batch that was split', async () => {
    const accumulator = new TestAccumulator({ batchRecords: 4 })
    const topic = accumulator.topic()
    for (const tag of ['a', 'b', 'c', 'd']) accumulator.append(topic, {}, tag)
    const flushed = watch(accumulator.front.flush())
    const [ab, cd] = accumulator.queue.split(accumulator.drain()[0]!)
    accumulator.acknowledge(ab!)
    await reactions()
    expect([accumulator.tags, flushed.resolved]).toEqual([['a', 'b'], false])
    accumulator.fail(cd!)
    await reactions()
    expect(flushed.resolved).toBe(true)
  })

  it('waits for those who waited when it was called, and not for those behind them', async () => {
    const accumulator = new TestAccumulator({ bufferBytes: 65_536, lingerMs: 100 })
    const topic = accumulator.topic()
    accumulator.append(topic, { partition: 3, value: Buffer.alloc(60_000) }, 'filling')
    const waitFor = (tag: string, partition: number): void =>
      wait(topic, new TestWaiter(500, () => accumulator.append(topic, { partition }, tag)))
    waitFor('waited', 0)
    const flushed = watch(accumulator.front.flush())
    waitFor('later', 1)
    accumulator.acknowledge(accumulator.drain()[0]!)
    await reactions()
    expect(flushed.resolved).toBe(false)
    const [waited, ...rest] = accumulator.drain({ busy: true })
    expect([waited!.partition, rest]).toEqual([0, []])
    accumulator.acknowledge(waited!)
    await reactions()
    expect(accumulator.tags).toEqual(['filling', 'waited'])
    expect(flushed.resolved).toBe(true)
  })

  it('waits for each of those who wait, in whatever order they leave', async () => {
    const accumulator = new TestAccumulator()
    const topics = ['slow', 'quick'].map((name) => accumulator.front.forTopic(name))
    const waiters = topics.map((topic, partition) => {
      const waiter = new TestWaiter(1, () => accumulator.append(topic, { partition }, partition))
      wait(topic, waiter)
      return waiter
    })
    const flushed = watch(accumulator.front.flush())
    accumulator.learn('quick', 4)
    accumulator.acknowledgeAll()
    await reactions()
    expect([accumulator.tags, flushed.resolved]).toEqual([[1], false])
    leave(topics[0]!, waiters[0]!)
    await reactions()
    expect(flushed.resolved).toBe(true)
  })

  it('does not wait for those who leave or fail', async () => {
    const accumulator = new TestAccumulator({ maxBlockMs: 500 })
    const topic = accumulator.front.forTopic('unknown')
    const waiters = [1, 2].map(() => new TestWaiter(1, () => 1))
    for (const waiter of waiters) wait(topic, waiter)
    const flushed = watch(accumulator.front.flush())
    leave(topic, waiters[0]!)
    await reactions()
    expect(flushed.resolved).toBe(false)
    accumulator.runtime.advance(500)
    await reactions()
    expect(flushed.resolved).toBe(true)
  })
})

describe('close', () => {
  it('fails waiters and open batches at once, and has the queue fail the sealed ones', async () => {
    const accumulator = new TestAccumulator({ batchRecords: 2, bufferBytes: 65_536 })
    const topic = accumulator.topic()
    for (const tag of ['sealed 1', 'sealed 2', 'open']) accumulator.append(topic, {}, tag)
    const waiters = ['orders', 'unknown'].map((name) => {
      const waiter = new TestWaiter(1, () => -1)
      wait(accumulator.front.forTopic(name), waiter)
      return waiter
    })
    const closed = watch(accumulator.front.close())
    expect(accumulator.tags).toEqual(['open'])
    const refused = { code: 'PRODUCER_CLOSED', persisted: 'no' }
    expect([...waiters, accumulator.settled[0]!].map(({ error }) => error)).toMatchObject([
      refused,
      refused,
      refused,
    ])
    expect(accumulator.queue.closed).toBe(true)
    await reactions()
    expect(closed.resolved).toBe(false)
    for (const batch of accumulator.queue.take({})) accumulator.fail(batch, 'PRODUCER_CLOSED')
    await reactions()
    expect(accumulator.tags).toEqual(['open', 'sealed 1', 'sealed 2'])
    expect(closed.resolved).toBe(true)
  })

  it('ends a flush that is under way', async () => {
    const accumulator = new TestAccumulator()
    wait(accumulator.front.forTopic('unknown'), new TestWaiter(1, () => -1))
    const flushed = watch(accumulator.front.flush())
    accumulator.append(accumulator.topic(), {}, 'open')
    await accumulator.front.close()
    await reactions()
    expect(flushed.resolved).toBe(true)
  })

  it('leaves no timer behind', async () => {
    const accumulator = new TestAccumulator({ lingerMs: 50 })
    accumulator.append(accumulator.topic(), {}, 'open')
    wait(accumulator.front.forTopic('unknown'), new TestWaiter(1, () => -1))
    expect(accumulator.runtime.pendingTimers).toBeGreaterThan(1)
    await accumulator.front.close()
    expect(accumulator.runtime.pendingTimers).toBe(0)
  })

  it('may be called again', async () => {
    const accumulator = new TestAccumulator()
    accumulator.append(accumulator.topic(), {}, 'open')
    await accumulator.front.close()
    await accumulator.front.close()
    expect(accumulator.tags).toEqual(['open'])
  })

  it('refuses what a record that it fails brings in, and what comes later', async () => {
    const accumulator = new TestAccumulator({ lingerMs: 50 })
    const topic = accumulator.topic()
    const waiters: TestWaiter[] = []
    const sendAgain = (): void => {
      const waiter = new TestWaiter(1, () => -1)
      waiters.push(waiter)
      expect(accumulator.append(topic, {}, 'again')).toBe(noRoom)
      wait(topic, waiter)
    }
    accumulator.append(topic, {}, 'open', { heldBytes: 0, settle: sendAgain })
    wait(accumulator.front.forTopic('unknown'), { bytes: 1, resume: () => false, fail: sendAgain })
    await accumulator.front.close()
    sendAgain()
    expect(waiters.map(({ error }) => error.code)).toEqual(Array(3).fill('PRODUCER_CLOSED'))
    expect([accumulator.runtime.pendingTimers, accumulator.front.pending]).toEqual([0, false])
  })

  it('fails every waiter, even when one of them throws', async () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.front.forTopic('unknown')
    const fail = (): never => {
      throw new Error('a user’s mistake')
    }
    wait(topic, { bytes: 1, resume: () => false, fail })
    const last = new TestWaiter(1, () => -1)
    wait(topic, last)
    await accumulator.front.close()
    expect(last.error.code).toBe('PRODUCER_CLOSED')
  })
})

describe('pending', () => {
  it('is true from the first record that waits or is appended to the last that settles', () => {
    const accumulator = new TestAccumulator(single)
    const { front } = accumulator
    const changes: boolean[] = []
    front.onPending((pending) => changes.push(pending))
    const topic = front.forTopic('orders')
    const waiter = new TestWaiter(1, () => accumulator.append(topic, {}, 'a'))
    expect([front.pending, changes]).toEqual([false, []])
    wait(topic, waiter)
    expect([front.pending, changes]).toEqual([true, [true]])
    expect(front.unsettled!()).toBe(1)
    accumulator.learn('orders', 4)
    accumulator.append(topic, {}, 'b')
    expect(front.unsettled!()).toBe(2)
    const [a, b] = accumulator.drainAll()
    accumulator.acknowledge(a!)
    expect([front.pending, changes]).toEqual([true, [true]])
    expect(front.unsettled!()).toBe(1)
    accumulator.queue.settle(b!, { error: null, baseOffset: 0n, logAppendTime: -1 })
    expect([front.pending, changes]).toEqual([false, [true, false]])
    expect(front.unsettled!()).toBe(0)
  })

  it('ends when the last waiter leaves', () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.front.forTopic('orders')
    const waiter = new TestWaiter(1, () => -1)
    wait(topic, waiter)
    leave(topic, waiter)
    expect(accumulator.front.pending).toBe(false)
  })
})

describe('what a partitioner sees of a topic', () => {
  it('is how many batches of a partition are unsettled and how old the oldest is', () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic()
    expect([topic.queuedBatches(1), topic.delayedMs(1), topic.tailOpen(1)]).toEqual([0, 0, false])
    accumulator.append(topic, { partition: 1 })
    accumulator.runtime.advance(40)
    accumulator.append(topic, { partition: 1 })
    accumulator.runtime.advance(2)
    expect([topic.queuedBatches(1), topic.delayedMs(1), topic.queuedBatches(0)]).toEqual([2, 42, 0])
    const [first] = accumulator.drain()
    expect(topic.queuedBatches(1)).toBe(2)
    accumulator.acknowledge(first!)
    expect([topic.queuedBatches(1), topic.delayedMs(1)]).toEqual([1, 2])
  })
})
