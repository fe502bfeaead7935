import { describe, expect, it } from 'vitest'
import { noRoom, type QueueBatch, type TopicFront } from '../src/index.js'
import { TestAccumulator, TestWaiter, wait } from './test-accumulator.js'

const bufferBytes = 1_000_000
const value = Buffer.alloc(10_000)

/** Node 1 leads the partitions below `silent` and answers nothing, unless the test says so; node 0 leads one more. */
class SilentLeader {
  readonly accumulator = new TestAccumulator({ bufferBytes, batchRecords: 1, maxBlockMs: 1_000 })
  readonly topic: TopicFront
  readonly silent: number
  readonly unanswered: QueueBatch[] = []

  constructor(silent: number) {
    this.silent = silent
    this.topic = this.accumulator.front.forTopic('orders')
    this.lead(() => 1)
  }

  /** The cluster says who leads the partitions of the silent leader. */
  lead(by: (partition: number) => number): void {
    const partitions = Array.from({ length: this.silent + 1 }, (_, partition) => ({
      topic: 'orders',
      partition,
      leader: partition < this.silent ? by(partition) : 0,
      leaderEpoch: 0,
      replicas: [0, 1],
      inSyncReplicas: [0, 1],
    }))
    this.accumulator.queue.publish([{ name: 'orders', id: 'first', error: null, partitions }], null)
  }

  append(partition: number, heldBytes = 0, bytes = value): boolean {
    const delivery = this.accumulator.deliveryOf(heldBytes)
    return (
      this.accumulator.append(this.topic, { partition, value: bytes }, partition, delivery) !==
      noRoom
    )
  }

  /** The healthy partition takes so many records, and each is acknowledged. */
  answer(records: number, heldBytes = 0, bytes = value): void {
    for (let i = 0; i < records; i++) {
      expect(this.append(this.silent, heldBytes, bytes)).toBe(true)
      this.exchange()
    }
  }

  exchange(): void {
    for (const batch of this.accumulator.drainAll()) {
      if (batch.partition < this.silent) this.unanswered.push(batch)
      else this.accumulator.acknowledge(batch)
    }
  }

  park(partition: number): TestWaiter {
    const waiter = new TestWaiter(100, () => (this.append(partition) ? 1 : noRoom))
    wait(this.topic, waiter, { partition })
    return waiter
  }

  takenBy(partitions: number): number {
    let taken = 0
    for (let partition = 0; partition < partitions; partition++) if (this.append(partition)) taken++
    this.exchange()
    return taken
  }
}

/** Partition 0 was overtaken, and 30 more batches of its leader take the memory above a quarter. */
function overtaken(): SilentLeader {
  const leader = new SilentLeader(100)
  for (let i = 0; i < 30; i++) expect(leader.append(0)).toBe(true)
  leader.exchange()
  leader.answer(40)
  expect(leader.topic.isHeldBack!(0)).toBe(false)
  return leader
}

describe('a leader that answers nothing while others answer', () => {
  it('has all its partitions held back together, also those that hold nothing yet', () => {
    const leader = overtaken()
    expect(leader.takenBy(100)).toBe(0)
    expect(leader.topic.snapshot!.heldBack!.size).toBe(100)
    leader.answer(100)
  })

  it('has them all let in when it acknowledges one batch', () => {
    const leader = overtaken()
    const waiters = [3, 50, 99].map((partition) => {
      expect(leader.append(partition)).toBe(false)
      return leader.park(partition)
    })
    expect(waiters.map(({ state }) => state)).toEqual(['waits', 'waits', 'waits'])
    leader.accumulator.acknowledge(leader.unanswered.shift()!)
    expect(waiters.map(({ state }) => state)).toEqual(['appended', 'appended', 'appended'])
    expect(leader.append(7)).toBe(true)
  })

  it('gets one batch to try it by, for the record that has waited longest, once it holds nothing', () => {
    const leader = overtaken()
    const waiters = [3, 50].map((partition) => {
      expect(leader.append(partition)).toBe(false)
      return leader.park(partition)
    })
    // So that more than a quarter of the memory is in use without it.
    for (let i = 0; i < 20; i++) expect(leader.append(leader.silent)).toBe(true)
    for (const batch of leader.unanswered.splice(0))
      leader.accumulator.fail(batch, 'DELIVERY_TIMEOUT')
    expect(waiters.map(({ state }) => state)).toEqual(['appended', 'waits'])
    expect(leader.append(60)).toBe(false)
  })

  it('answers, but slowly for one partition: that one is held back while its oldest batch is overtaken', () => {
    const leader = overtaken()
    leader.accumulator.acknowledge(leader.unanswered.shift()!)
    expect([leader.append(0), leader.append(1)]).toEqual([false, true])
    for (const batch of leader.unanswered.splice(0)) leader.accumulator.acknowledge(batch)
    expect(leader.append(0)).toBe(true)
  })

  it('holds a partition back no longer once another broker leads it', () => {
    const leader = overtaken()
    expect(leader.append(3)).toBe(false)
    const waiter = leader.park(3)
    leader.lead((partition) => (partition === 3 ? 2 : 1))
    expect([waiter.state, leader.append(4)]).toEqual(['appended', false])
  })

  it('is not silent when it answers for its other partitions', () => {
    const leader = new SilentLeader(3)
    for (let i = 0; i < 40; i++) {
      for (const partition of [1, 2, 3]) expect(leader.append(partition)).toBe(true)
      leader.append(0)
      leader.exchange()
      const answered = leader.unanswered.filter(({ partition }) => partition > 0)
      for (const batch of answered) leader.accumulator.acknowledge(batch)
      leader.unanswered.splice(
        0,
        Infinity,
        ...leader.unanswered.filter(({ partition }) => partition === 0),
      )
    }
    for (let i = 0; i < 10; i++) expect(leader.append(leader.silent)).toBe(true)
    expect([0, 1, 2].map((partition) => leader.append(partition))).toEqual([false, true, true])
  })
})

describe('a partition of a silent leader', () => {
  it.each([
    ['empty records whose deliveries hold 448 bytes', 448, Buffer.alloc(0)],
    ['small records whose deliveries hold 1 648 bytes', 1_648, Buffer.alloc(100)],
    ['small records whose deliveries hold nothing', 0, Buffer.alloc(100)],
  ])('leaves memory to others, also with %s', (_, heldBytes, bytes) => {
    const accumulator = new TestAccumulator({ bufferBytes, maxBlockMs: 1_000 })
    const topic = accumulator.topic()
    const delivery = accumulator.deliveryOf(heldBytes)
    const append = (partition: number): boolean =>
      accumulator.append(topic, { partition, value: bytes }, partition, delivery) !== noRoom
    let refused = 0
    for (let turn = 0; turn < 200; turn++) {
      for (let i = 0; i < 50; i++) {
        refused += [0, 1, 2].filter((partition) => !append(partition)).length
        expect(append(3)).toBe(true)
      }
      accumulator.runtime.advance(1)
      for (const batch of accumulator.drainAll())
        if (batch.partition === 3) accumulator.acknowledge(batch)
    }
    expect(refused).toBeGreaterThan(0)
  })

  it.each([
    ['opened when it was stuck already', false],
    ['open while it becomes stuck', true],
  ])('asks for each record, although its batch, %s, has room for more', (_, before) => {
    const lingering = { bufferBytes, lingerMs: 1_000, batchBytes: 65_536 }
    const accumulator = new TestAccumulator(lingering)
    const topic = accumulator.topic()
    const delivery = accumulator.deliveryOf(448)
    const append = (partition: number, bytes = 0): boolean => {
      const record = { partition, value: Buffer.alloc(bytes) }
      return accumulator.append(topic, record, partition, delivery) !== noRoom
    }
    // The batches after one that is full begin with a buffer as large.
    expect(append(0, 60_000)).toBe(true)
    accumulator.runtime.advance(1_000)
    accumulator.acknowledgeAll()
    const flood = (): number => {
      for (let taken = 0; ; taken++) if (!append(0)) return taken
    }
    expect(append(0)).toBe(true)
    if (!before) accumulator.runtime.advance(1_000)
    for (let turn = 0; turn < 10; turn++) {
      for (let i = 0; i < 100; i++) expect(append(1)).toBe(true)
      void accumulator.front.flush()
      for (const batch of accumulator.drainAll({ mayDrain: (_name, partition) => partition === 1 }))
        accumulator.acknowledge(batch)
    }
    expect(topic.tailOpen(0)).toBe(before)
    expect(flood() * 448).toBeLessThan(bufferBytes / 4)
    expect(append(1)).toBe(true)
  })

  it('gets memory below the share also for a record whose delivery alone reaches it, and so stops no line', () => {
    const leader = overtaken()
    for (const batch of leader.unanswered.splice(0, 15))
      leader.accumulator.fail(batch, 'DELIVERY_TIMEOUT')
    const usedBytes = leader.unanswered.length * 16_384
    expect(leader.append(0, bufferBytes / 4 - usedBytes + 1)).toBe(true)
    expect(leader.append(0)).toBe(false)
  })
})
