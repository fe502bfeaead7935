import { afterEach, describe, expect, it, vi } from 'vitest'
import { PartitionQueue } from '../src/queue/partition-queue.js'
import { TestAccumulator } from './test-accumulator.js'

const many = 1_000
const single = { batchRecords: 1, bufferBytes: 100_000_000 }
const { shift, splice } = Array.prototype
/** Of every generator, as the iterators of linked lists are. */
const generators = Object.getPrototypeOf(Object.getPrototypeOf((function* () {})()))

/** How many elements arrays move meanwhile: those behind each element that leaves or joins in front of them. */
function movedIn(run: () => void): number {
  let moved = 0
  Object.assign(Array.prototype, {
    shift(this: unknown[]) {
      moved += this.length
      return shift.call(this)
    },
    splice(this: unknown[], from: number, ...rest: [number]) {
      moved += this.length - from
      return splice.call(this, from, ...rest)
    },
  })
  try {
    run()
  } finally {
    Object.assign(Array.prototype, { shift, splice })
  }
  return moved
}

afterEach(() => void vi.restoreAllMocks())

describe('with very many of each, the accumulator does for each no more than with few:', () => {
  it('flushes that end together', async () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic('orders', many)
    const flushes = Array.from({ length: many }, (_, partition) => {
      accumulator.append(topic, { partition, value: 'v' })
      return accumulator.front.flush()
    })
    const batches = accumulator.drain()
    // The first batch, for which every flush waits, comes last.
    const moved = movedIn(() => {
      for (const batch of batches.toReversed()) accumulator.acknowledge(batch)
    })
    expect(moved).toBeLessThan(10 * many)
    await Promise.all(flushes)
  })

  it('open batches that are flushed one after the other', async () => {
    const accumulator = new TestAccumulator({ bufferBytes: 100_000_000, batchBytes: 1_024 })
    const topic = accumulator.topic('orders', many)
    const steps = vi.spyOn(generators, 'next')
    const flushes = Array.from({ length: many }, (_, partition) => {
      accumulator.append(topic, { partition, value: 'v' })
      return accumulator.front.flush()
    })
    expect(steps.mock.calls.length).toBeLessThan(5 * many)
    steps.mockRestore()
    for (const batch of accumulator.drain()) accumulator.acknowledge(batch)
    await Promise.all(flushes)
  })

  it('batches of one partition that go one after the other, and some of them again', () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic()
    for (let at = 0; at < many; at++) accumulator.append(topic, { value: 'v' }, at)
    const moved = movedIn(() => {
      for (let at = 0; at < many; at++) {
        const [batch] = accumulator.drain()
        accumulator.queue.requeue(batch!, 0, -1)
        accumulator.acknowledge(accumulator.drain()[0]!)
      }
    })
    expect(accumulator.tags).toEqual(Array.from({ length: many }, (_, at) => at))
    expect(moved).toBeLessThan(10 * many)
  })

  it('a batch that comes back is compared with those that were in flight with it, and not with all', () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic()
    for (let at = 0; at < many; at++) accumulator.append(topic, { value: 'v' })
    const [batch] = accumulator.drain()
    const isBefore = vi.spyOn(Object.getPrototypeOf(batch), 'isBefore')
    accumulator.queue.requeue(batch!, 0, -1)
    expect(isBefore.mock.calls.length).toBeLessThan(5)
    expect(accumulator.drain()).toEqual([batch])
  })

  it('topics from which all batches are taken', () => {
    const accumulator = new TestAccumulator(single)
    const names = Array.from({ length: many }, (_, at) => `topic-${at}`)
    for (const name of names) accumulator.append(accumulator.topic(name, 1), { value: 'v' })
    const steps = vi.spyOn(Object.getPrototypeOf(new Set().values()), 'next')
    const taken = names.map((topic) => accumulator.queue.take({ topic }).length)
    expect(steps.mock.calls.length).toBeLessThan(5 * many)
    expect(new Set(taken)).toEqual(new Set([1]))
  })

  it('partitions with one batch beside one with very many', () => {
    const accumulator = new TestAccumulator(single)
    const topic = accumulator.topic('orders', many)
    for (let at = 0; at < many; at++) {
      accumulator.append(topic, { partition: at, value: 'v' })
      accumulator.append(topic, { partition: 0, value: 'v' })
    }
    accumulator.ready()
    const looked = vi.spyOn(PartitionQueue.prototype, 'isDue')
    let drained = 0
    for (let found = -1; found !== 0; drained += found) {
      found = accumulator.queue.drain(0, {
        maxBytes: Infinity,
        busy: false,
        mayDrain: () => true,
      }).length
    }
    expect(drained).toBe(2 * many)
    expect(looked.mock.calls.length).toBeLessThan(5 * many)
  })
})
