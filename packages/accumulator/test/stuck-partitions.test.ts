import { KafkaError } from '@sluice/protocol'
import { describe, expect, it } from 'vitest'
import { noRoom, type QueueBatch, type TopicFront } from '../src/index.js'
import { leave, linesInUse, TestAccumulator, TestWaiter, wait } from './test-accumulator.js'

const bufferBytes = 1_000_000
const value = Buffer.alloc(30_000)

/** Partition 0 is stuck: its batches are never acknowledged, unless the test says so. */
class StuckPartition {
  readonly accumulator = new TestAccumulator({ bufferBytes, batchRecords: 1, maxBlockMs: 1_000 })
  readonly topic: TopicFront = this.accumulator.topic()
  readonly stuck: QueueBatch[] = []

  append(partition: number, tag?: unknown): boolean {
    return this.accumulator.append(this.topic, { partition, value }, tag) !== noRoom
  }

  /** What the brokers have got: all but partition 0 acknowledge it. */
  exchange(): void {
    for (const batch of this.accumulator.drainAll()) {
      if (batch.partition === 0) this.stuck.push(batch)
      else this.accumulator.acknowledge(batch)
    }
  }

  /** As many records in turn for partition 0 and for another one as long as partition 0 takes them. */
  fill(): number {
    for (let taken = 0; ; taken++) {
      if (!this.append(0)) return taken
      expect(this.append(1)).toBe(true)
      this.exchange()
    }
  }

  /** A record of partition 0 that waits by itself, as the intake lets it wait. */
  park(tag: unknown): TestWaiter {
    const waiter = new TestWaiter(100, () =>
      this.accumulator.append(this.topic, { partition: 0, value }, tag),
    )
    wait(this.topic, waiter, { partition: 0 })
    return waiter
  }

  recover(): void {
    for (const batch of this.stuck.splice(0)) this.accumulator.acknowledge(batch)
  }
}

describe('a partition that does not answer while others do', () => {
  it('gets about a quarter of the memory, and the others what is left', () => {
    const stuck = new StuckPartition()
    const taken = stuck.fill()
    expect(taken * value.length).toBeGreaterThan(bufferBytes / 8)
    expect(taken * value.length).toBeLessThan(bufferBytes / 3)
    for (let i = 0; i < 100; i++) {
      expect([stuck.append(0), stuck.append(1), stuck.append(2)]).toEqual([false, true, true])
      stuck.exchange()
    }
  })

  it('is held back, and its records wait by themselves: no other topic or partition stands behind them', () => {
    const stuck = new StuckPartition()
    stuck.fill()
    const waiter = stuck.park('waits')
    expect([0, 1].map((partition) => stuck.topic.isHeldBack!(partition))).toEqual([true, false])
    expect([...stuck.topic.snapshot!.heldBack!]).toEqual([0])
    expect([stuck.topic.blocked, stuck.append(1), waiter.state]).toEqual([false, true, 'waits'])
  })

  it('keeps the order of its records when it answers again, also of those that come in that moment', () => {
    const stuck = new StuckPartition()
    stuck.fill()
    const waiters = [1, 2, 3].map((tag) => stuck.park(tag))
    stuck.recover()
    expect(waiters.map(({ state }) => state)).toEqual(['appended', 'appended', 'appended'])
    expect(stuck.append(0, 4)).toBe(true)
    expect([stuck.topic.isHeldBack!(0), stuck.topic.snapshot!.heldBack]).toEqual([false, undefined])
    stuck.accumulator.acknowledgeAll()
    expect(stuck.accumulator.tags.filter((tag) => tag !== undefined)).toEqual([1, 2, 3, 4])
  })

  it('may take a single batch once it holds nothing, so that it can show that it works again', () => {
    const stuck = new StuckPartition()
    stuck.fill()
    const waiters = [1, 2].map((tag) => stuck.park(tag))
    for (let i = 0; i < 10; i++) stuck.append(1)
    for (const batch of stuck.stuck.splice(0)) stuck.accumulator.fail(batch, 'DELIVERY_TIMEOUT')
    expect(waiters.map(({ state }) => state)).toEqual(['appended', 'waits'])
    stuck.exchange()
    stuck.recover()
    expect(waiters.map(({ state }) => state)).toEqual(['appended', 'appended'])
  })

  it('has its waiting records fail with BUFFER_FULL after maxBlockMs, and a reason that names the partition', () => {
    const stuck = new StuckPartition()
    stuck.fill()
    const waiter = stuck.park('waits')
    stuck.accumulator.runtime.advance(999)
    expect(waiter.state).toBe('waits')
    stuck.accumulator.runtime.advance(2)
    expect(waiter.error).toMatchObject({ code: 'BUFFER_FULL', persisted: 'no' })
    expect(waiter.error.message).toMatch(
      /no room .* within 1000 ms for a partition that does not answer while others do/,
    )
    expect(stuck.accumulator.front.unsettled!()).toBe(stuck.stuck.length)
  })

  it('fills three quarters of the line at most: records of others may still wait', () => {
    const stuck = new StuckPartition()
    stuck.fill()
    const waiters: TestWaiter[] = []
    do {
      const waiter = new TestWaiter(50_000, () => noRoom)
      wait(stuck.topic, waiter, { partition: 0 })
      waiters.push(waiter)
    } while (waiters.at(-1)!.state === 'waits')
    expect(waiters.length * 50_000).toBeLessThan(0.8 * bufferBytes)
    expect(waiters.at(-1)!.error.message).toMatch(/partitions that do not answer wait/)
    const other = new TestWaiter(100_000, () => noRoom)
    wait(stuck.accumulator.front.forTopic('unknown'), other)
    expect(other.state).toBe('waits')
  })

  it('loses its waiting records to an abort, a close or their callers like any other', () => {
    const stuck = new StuckPartition()
    stuck.fill()
    const [first, second, third] = [1, 2, 3].map((tag) => stuck.park(tag))
    expect(leave(stuck.topic, first!)).toBe(true)
    stuck.accumulator.front.abort(new KafkaError('INVALID_TXN_STATE', 'aborted by the test'))
    expect([second!.error.code, third!.error.code]).toEqual([
      'INVALID_TXN_STATE',
      'INVALID_TXN_STATE',
    ])
    const last = stuck.park(4)
    void stuck.accumulator.front.close()
    expect(last.error.code).toBe('PRODUCER_CLOSED')
  })
})

describe('a record that is parked with its partition', () => {
  it('fails with the error of a topic that the cluster refuses, and others stay', () => {
    const stuck = new StuckPartition()
    stuck.fill()
    const other = stuck.accumulator.topic('other')
    const [first, second] = [1, 2].map((tag) => stuck.park(tag))
    stuck.accumulator.learn('orders', 0, 'TOPIC_AUTHORIZATION_FAILED')
    for (const { error } of [first!, second!])
      expect(error).toMatchObject({ code: 'TOPIC_AUTHORIZATION_FAILED', persisted: 'no' })
    expect(linesInUse.parkedBytes).toBe(0)
    expect(stuck.accumulator.append(other, { value })).not.toBe(noRoom)
  })

  it('stands for many, and these go on together when its partition answers again', () => {
    const stuck = new StuckPartition()
    stuck.fill()
    let left = 20
    const placer = {
      inParts: true,
      place: () => {
        const before = left
        while (left > 0 && stuck.append(0)) left--
        if (left === 0) return true
        return left < before ? ('partly' as const) : false
      },
    }
    const record = { partition: 0, key: null, value: null, headers: null, timestamp: 0 }
    const delivery = { heldBytes: 0, settle: () => {} }
    stuck.topic.wait(record, delivery, undefined, undefined, placer)
    const behind = stuck.park('behind')
    expect([stuck.topic.blocked, left, behind.state]).toEqual([false, 20, 'waits'])
    stuck.recover()
    expect([left, behind.state]).toEqual([0, 'appended'])
  })

  it('stays parked while another one of a thousand leaves, and the last of them goes on', () => {
    const stuck = new StuckPartition()
    stuck.fill()
    const waiters = Array.from({ length: 1_000 }, (_, tag) => stuck.park(tag))
    const last = waiters.pop()!
    for (const waiter of waiters) expect(leave(stuck.topic, waiter)).toBe(true)
    stuck.accumulator.runtime.endTurn()
    expect([last.state, last.asked]).toEqual(['waits', 0])
    stuck.recover()
    expect(last.state).toBe('appended')
    expect([linesInUse.bytes, linesInUse.parkedBytes]).toEqual([0, 0])
  })

  it('goes with its group when this was parked behind the line, and the account holds nothing then', () => {
    const stuck = new StuckPartition()
    stuck.fill()
    for (let i = 0; stuck.append(1); i++);
    const waiters = [0, 2, 0].map(
      (partition) =>
        new TestWaiter(100, () => stuck.accumulator.append(stuck.topic, { partition, value })),
    )
    for (const waiter of waiters) wait(stuck.topic, waiter)
    stuck.exchange()
    expect(waiters.map(({ state }) => state)).toEqual(['waits', 'appended', 'waits'])
    expect(linesInUse.parkedBytes).toBe(linesInUse.bytes)
    expect(leave(stuck.topic, waiters[0]!)).toBe(true)
    stuck.recover()
    expect(waiters[2]!.state).toBe('appended')
    expect([linesInUse.bytes, linesInUse.parkedBytes]).toEqual([0, 0])
  })
})

describe('a partition', () => {
  it('is not held back while nothing is acknowledged at all, however full the memory', () => {
    const stuck = new StuckPartition()
    let taken = 0
    while (stuck.append(taken % 4)) taken++
    expect(taken).toBe(Math.floor(bufferBytes / 32_768))
    expect([0, 1, 2, 3].some((partition) => stuck.topic.isHeldBack!(partition))).toBe(false)
  })

  it('is not held back when it is the only one in use', () => {
    const stuck = new StuckPartition()
    let taken = 0
    for (let i = 0; i < 100; i++) {
      while (stuck.append(3)) taken++
      expect(stuck.topic.isHeldBack!(3)).toBe(false)
      stuck.accumulator.drain().forEach((batch) => stuck.accumulator.acknowledge(batch))
    }
    expect(taken).toBeGreaterThan(100)
  })

  it('gets its waiting record placed in the line of all when another one is held back before it', () => {
    const stuck = new StuckPartition()
    stuck.fill()
    for (let i = 0; stuck.append(1); i++);
    const order: string[] = []
    const waiters = [0, 2, 0, 3].map(
      (partition, at) =>
        new TestWaiter(100, () => {
          const bytes = stuck.accumulator.append(stuck.topic, { partition, value })
          if (bytes !== noRoom) order.push(`${partition}-${at}`)
          return bytes
        }),
    )
    for (const waiter of waiters) wait(stuck.topic, waiter)
    expect(stuck.topic.blocked).toBe(true)
    stuck.exchange()
    expect(order).toEqual(['2-1', '3-3'])
    expect(stuck.topic.blocked).toBe(false)
    stuck.exchange()
    stuck.recover()
    expect(order).toEqual(['2-1', '3-3', '0-0', '0-2'])
  })
})
