import { describe, expect, it } from 'vitest'
import type { QueueBatch } from '../src/index.js'
import { valuesOf } from '../src/testing/stand/read-batch.js'
import { TestAccumulator } from './test-accumulator.js'

/** Every record its own sealed batch. */
const single = { batchRecords: 1 }

function partitionsOf(batches: readonly QueueBatch[]): number[] {
  return batches.map(({ partition }) => partition)
}

describe('ready', () => {
  it('groups what can go by leader', () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic('orders', 4)
    accumulator.leaders.set('orders-1', { node: 7, epoch: 0 })
    accumulator.leaders.set('orders-3', { node: 7, epoch: 0 })
    for (const partition of [0, 1, 3]) accumulator.append(topic, { partition, value: 'v' })
    expect(accumulator.ready()).toMatchObject({ nodes: new Set([0, 7]), hasUnknownLeaders: false })
    expect(partitionsOf(accumulator.drain({}, 7))).toEqual([1, 3])
    expect(partitionsOf(accumulator.drain({}, 0))).toEqual([0])
    expect(accumulator.drain({}, 5)).toEqual([])
  })

  it('tells of partitions without a leader, and that nothing more goes when nothing is there', () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic()
    expect(accumulator.ready()).toEqual({
      nodes: new Set(),
      hasUnknownLeaders: false,
      nextAt: Infinity,
    })
    accumulator.leaders.set('orders-0', null)
    accumulator.append(topic, { value: 'v' })
    expect(accumulator.ready()).toMatchObject({ nodes: new Set(), hasUnknownLeaders: true })
    expect(accumulator.drain()).toEqual([])
    accumulator.leaders.set('orders-0', { node: 2, epoch: 1 })
    expect(accumulator.ready()).toMatchObject({ nodes: new Set([2]), hasUnknownLeaders: false })
  })

  it('says when the first deadline comes', () => {
    const accumulator = new TestAccumulator({ ...single, deliveryTimeoutMs: 1_000 })
    const topic = accumulator.topic()
    const start = accumulator.runtime.now()
    accumulator.append(topic, { value: 'v' })
    accumulator.runtime.advance(100)
    accumulator.append(topic, { partition: 1, value: 'v' })
    expect(accumulator.ready().nextAt).toBe(start + 1_000)
    accumulator.drain({ mayDrain: (_, partition) => partition === 0 })
    expect(accumulator.ready().nextAt).toBe(start + 1_100)
  })

  it('respects the back-off of a batch put back, and says when it ends', () => {
    const accumulator = new TestAccumulator(single)
    accumulator.append(accumulator.topic(), { value: 'v' })
    const [batch] = accumulator.drain()
    const retryAt = accumulator.runtime.now() + 100
    accumulator.queue.requeue(batch!, retryAt, 0)
    expect(accumulator.ready()).toMatchObject({ nodes: new Set(), nextAt: retryAt })
    expect(accumulator.drain()).toEqual([])
    expect(accumulator.ready(retryAt - 1).nodes.size).toBe(0)
    expect(accumulator.ready(retryAt).nodes.size).toBe(1)
    accumulator.runtime.advance(100)
    expect(accumulator.drain()).toEqual([batch])
  })

  it('skips the back-off for a leader newer than that of the last attempt', () => {
    const accumulator = new TestAccumulator(single)
    accumulator.append(accumulator.topic(), { value: 'v' })
    accumulator.leaders.set('orders-0', { node: 1, epoch: 4 })
    const [batch] = accumulator.drain({}, 1)
    accumulator.queue.requeue(batch!, Infinity, 4)
    expect(accumulator.drain({}, 1)).toEqual([])
    accumulator.leaders.set('orders-0', { node: 2, epoch: 5 })
    expect(accumulator.drain({}, 2)).toEqual([batch])
  })

  it('calls its listener when there may be something new to do', () => {
    const accumulator = new TestAccumulator()
    let calls = 0
    accumulator.queue.onWork(() => calls++)
    const topic = accumulator.front.forTopic('orders')
    expect(calls).toBe(1)
    accumulator.learn('orders', 4)
    accumulator.append(topic, { value: 'v' })
    expect(calls).toBe(1)
    accumulator.runtime.endTurn()
    expect(calls).toBe(2)
    void accumulator.front.flush()
    expect(calls).toBe(3)
    accumulator.drain()
    expect(calls).toBe(4)
    void accumulator.front.close()
    expect(calls).toBe(5)
  })
})

describe('drain', () => {
  it('takes at most one batch a partition, oldest first', () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic()
    for (const value of ['a', 'b', 'c']) accumulator.append(topic, { value })
    accumulator.append(topic, { partition: 1, value: 'd' })
    const requests = [accumulator.drain(), accumulator.drain(), accumulator.drain()]
    expect(requests.map(valuesOf)).toEqual([[['a'], ['d']], [['b']], [['c']]])
    expect(accumulator.drain()).toEqual([])
  })

  it('fills several requests from one ready', () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic()
    for (const value of ['a', 'b']) accumulator.append(topic, { value })
    accumulator.ready()
    const limits = { maxBytes: 1_000, busy: false, mayDrain: () => true }
    const requests = [0, 1, 2].map(() => valuesOf(accumulator.queue.drain(0, limits)))
    expect(requests).toEqual([[['a']], [['b']], []])
  })

  it('respects the back-off of the batch behind one just taken', () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic()
    for (const value of ['a', 'b']) accumulator.append(topic, { value })
    const [a, b] = accumulator.drainAll()
    accumulator.queue.requeue(a!, accumulator.runtime.now(), 0)
    accumulator.queue.requeue(b!, accumulator.runtime.now() + 100, 0)
    const limits = { maxBytes: 1_000, busy: false, mayDrain: () => true }
    accumulator.ready()
    expect(accumulator.queue.drain(0, limits)).toEqual([a])
    expect(accumulator.queue.drain(0, limits)).toEqual([])
    accumulator.runtime.advance(100)
    expect(accumulator.drain()).toEqual([b])
  })

  // KAFKA-13834
  it('serves all partitions in turn when a request holds only some', () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic('orders', 5)
    for (let i = 0; i < 4; i++) {
      for (let partition = 0; partition < 5; partition++) {
        accumulator.append(topic, { partition, value: Buffer.alloc(400) })
      }
    }
    const requests = Array.from({ length: 5 }, () => accumulator.drain({ maxBytes: 1_000 }))
    expect(requests.map(partitionsOf)).toEqual([
      [0, 1],
      [2, 3],
      [4, 0],
      [1, 2],
      [3, 4],
    ])
  })

  // KAFKA-13834
  it('goes on with who had no turn when several requests come from one ready', () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic('orders', 5)
    for (let i = 0; i < 2; i++) {
      for (let partition = 0; partition < 5; partition++) {
        accumulator.append(topic, { partition, value: Buffer.alloc(400) })
      }
    }
    accumulator.ready()
    const limits = { maxBytes: 1_000, busy: false, mayDrain: () => true }
    const requests = Array.from({ length: 5 }, () => accumulator.queue.drain(0, limits))
    expect(requests.map(partitionsOf)).toEqual([
      [0, 1],
      [2, 3],
      [4, 0],
      [1, 2],
      [3, 4],
    ])
  })

  it('lets a request hold exactly maxBytes and no more', () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic()
    const bytes = [0, 1].map(
      (partition) => accumulator.append(topic, { partition, value: Buffer.alloc(400) }) + 61,
    )
    const whole = bytes[0]! + bytes[1]!
    expect(partitionsOf(accumulator.drain({ maxBytes: whole - 1 }))).toEqual([0])
    accumulator.append(topic, { partition: 0, value: Buffer.alloc(400) })
    expect(partitionsOf(accumulator.drain({ maxBytes: whole }))).toEqual([1, 0])
  })

  it('sends a batch that is too large for any request alone', () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic()
    for (const [partition, size] of [10, 5_000, 10].entries()) {
      accumulator.append(topic, { partition, value: Buffer.alloc(size) })
    }
    const requests = [1, 2, 3].map(() => partitionsOf(accumulator.drain({ maxBytes: 1_000 })))
    expect(requests).toEqual([[0], [1], [2]])
  })

  // producer-semantics.md, trap 10
  it('skips a partition that may not be drained, and not its broker', () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic()
    for (const partition of [0, 1, 2]) accumulator.append(topic, { partition, value: 'v' })
    const asked: number[] = []
    const mayDrain = (_: string, partition: number, head: QueueBatch | null): boolean => {
      asked.push(partition)
      expect(head?.partition).toBe(partition)
      return partition !== 0
    }
    expect(partitionsOf(accumulator.drain({ mayDrain }))).toEqual([1, 2])
    expect(asked).toEqual([0, 1, 2])
    expect(partitionsOf(accumulator.drain())).toEqual([0])
  })

  it('leaves a due batch open while its partition may not be drained', () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.topic()
    accumulator.append(topic, { value: 'a' })
    accumulator.runtime.endTurn()
    const heads: unknown[] = []
    const mayDrain = (_: string, __: number, head: unknown): boolean => {
      heads.push(head)
      return false
    }
    expect(accumulator.drain({ mayDrain })).toEqual([])
    expect(heads).toEqual([null])
    accumulator.append(topic, { value: 'b' })
    expect(valuesOf(accumulator.drain())).toEqual([['a', 'b']])
  })
})

describe('a batch put back', () => {
  it('goes before every later batch of its partition, in whatever order they come back', () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic()
    for (const value of ['a', 'b', 'c', 'd']) accumulator.append(topic, { value })
    const [a, b, c] = [accumulator.drain(), accumulator.drain(), accumulator.drain()].flat()
    for (const batch of [b!, c!, a!]) accumulator.queue.requeue(batch, 0, 0)
    accumulator.append(topic, { value: 'e' })
    expect(valuesOf(accumulator.drainAll())).toEqual([['a'], ['b'], ['c'], ['d'], ['e']])
  })

  it('is the same batch with the same bytes', () => {
    const accumulator = new TestAccumulator(single)
    accumulator.append(accumulator.topic(), { value: 'a' })
    const [batch] = accumulator.drain()
    const { payload } = batch!
    const bytes = payload.slice()
    accumulator.queue.requeue(batch!, 0, 0)
    expect(accumulator.drain()[0]).toBe(batch)
    expect(batch!.payload).toBe(payload)
    expect(payload.slice()).toEqual(bytes)
  })
})

describe('taking batches out', () => {
  it('takes the expired ones at exactly their deadline, not before', () => {
    const accumulator = new TestAccumulator({ ...single, deliveryTimeoutMs: 1_000 })
    const topic = accumulator.topic()
    const start = accumulator.runtime.now()
    accumulator.append(topic, { value: 'a' })
    accumulator.append(topic, { partition: 1, value: 'b' })
    accumulator.runtime.advance(1)
    accumulator.append(topic, { value: 'c' })
    expect(accumulator.queue.take({ expiredAt: start + 999 })).toEqual([])
    expect(valuesOf(accumulator.queue.take({ expiredAt: start + 1_000 }))).toEqual([['a'], ['b']])
    expect(valuesOf(accumulator.queue.take({ expiredAt: start + 1_001 }))).toEqual([['c']])
    expect(accumulator.ready()).toMatchObject({ nodes: new Set(), nextAt: Infinity })
  })

  it('takes expired ones that were put back, too', () => {
    const accumulator = new TestAccumulator({ ...single, deliveryTimeoutMs: 1_000 })
    const topic = accumulator.topic()
    for (const value of ['a', 'b']) accumulator.append(topic, { value })
    const [a] = accumulator.drain()
    accumulator.queue.requeue(a!, Infinity, 0)
    const expired = accumulator.queue.take({ expiredAt: accumulator.runtime.now() + 1_000 })
    expect(valuesOf(expired)).toEqual([['a'], ['b']])
  })

  // KAFKA-8350
  it('is split in its place: the parts go before what was sealed behind it', () => {
    const accumulator = new TestAccumulator({ batchRecords: 4 })
    const topic = accumulator.topic()
    for (const value of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
      accumulator.append(topic, { value })
    const parts = accumulator.queue.split(accumulator.drain()[0]!)
    expect(valuesOf(parts)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
    expect(parts.map(({ first, count }) => [first, count])).toEqual([
      [0, 2],
      [2, 2],
    ])
    const [first] = accumulator.drain()
    accumulator.queue.split(first!)
    expect(valuesOf(accumulator.drainAll())).toEqual([
      ['a'],
      ['b'],
      ['c', 'd'],
      ['e', 'f', 'g', 'h'],
    ])
  })

  // KAFKA-8325
  it('tells of each part of a split batch with its own offset, and gives its memory back with the last', () => {
    const accumulator = new TestAccumulator({ batchRecords: 4 })
    const topic = accumulator.topic()
    for (const tag of ['a', 'b', 'c', 'd']) accumulator.append(topic, {}, tag)
    const [ab, cd] = accumulator.queue.split(accumulator.drain()[0]!)
    accumulator.acknowledge(cd!, 70n)
    accumulator.acknowledge(cd!, 99n)
    const released = () => accumulator.sent.filter(({ type }) => type === 'released')
    expect([released().length, accumulator.front.pending]).toEqual([0, true])
    accumulator.acknowledge(ab!, 40n)
    expect([released().length, accumulator.front.pending]).toEqual([1, false])
    expect(accumulator.settled.map(({ tag, offset }) => [tag, offset])).toEqual([
      ['c', 70n],
      ['d', 71n],
      ['a', 40n],
      ['b', 41n],
    ])
  })

  it('takes everything, of all partitions, in the order of append', () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic()
    for (const partition of [0, 1, 0]) accumulator.append(topic, { partition, value: 'v' })
    expect(partitionsOf(accumulator.queue.take({}))).toEqual([0, 1, 0])
    expect(accumulator.queue.take({})).toEqual([])
    expect(accumulator.ready().nodes.size).toBe(0)
  })
})

describe('what the queue tells the front', () => {
  it('is how a batch ended, and apart from that when its buffer is free', () => {
    const accumulator = new TestAccumulator(single)
    accumulator.append(accumulator.topic(), { value: 'a' })
    const [batch] = accumulator.drain()
    accumulator.sent.length = 0
    accumulator.queue.settle(batch!, { error: null, baseOffset: 40n, logAppendTime: 7 })
    const settled = {
      type: 'settled',
      first: 0,
      count: batch!.count,
      failure: null,
      baseOffset: 40n,
      logAppendTime: 7,
    }
    expect(accumulator.sent).toEqual([{ batch: batch!.id, ...settled }])
    accumulator.queue.release(batch!)
    const { buffer } = batch!.payload
    expect(accumulator.sent.slice(1)).toEqual([{ type: 'released', batch: batch!.id, buffer }])
  })

  it('is that it is closed', () => {
    const accumulator = new TestAccumulator()
    expect(accumulator.queue.closed).toBe(false)
    void accumulator.front.close()
    expect(accumulator.queue.closed).toBe(true)
  })
})
