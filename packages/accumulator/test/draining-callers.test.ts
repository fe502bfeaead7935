import { describe, expect, it } from 'vitest'
import type { TopicFront } from '../src/index.js'
import { TestAccumulator, type TestSetting } from './test-accumulator.js'

const record = { value: Buffer.alloc(30_000) }

/** Each record is a batch of 32 KiB, about a twelfth of the memory, and is sealed at once. */
function filledBatches(options: TestSetting = {}): {
  readonly accumulator: TestAccumulator
  readonly topic: TopicFront
} {
  const accumulator = new TestAccumulator({ bufferBytes: 400_000, batchRecords: 1, ...options })
  return { accumulator, topic: accumulator.topic() }
}

/** @returns whether the caller was let go, after the reactions of all promises */
function watch(promise: Promise<void>): () => Promise<boolean> {
  let done = false
  void promise.then(() => (done = true))
  return async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return done
  }
}

describe('a caller that waits in drained()', () => {
  it('goes on although other callers keep the memory between a quarter and a half full', async () => {
    const { accumulator, topic } = filledBatches()
    for (let i = 0; i < 7; i++) accumulator.append(topic, record)
    const drained = watch(accumulator.front.drained())
    for (let ms = 0; ms < 100; ms += 10) {
      for (const batch of accumulator.drain()) accumulator.acknowledge(batch)
      while (accumulator.front.hasRoom) accumulator.append(topic, record)
      for (const batch of accumulator.drain().slice(0, 2)) accumulator.acknowledge(batch)
      expect(await drained()).toBe(false)
      accumulator.runtime.advance(10)
    }
    accumulator.append(topic, record)
    for (const batch of accumulator.drain()) accumulator.acknowledge(batch)
    expect(accumulator.front.hasRoom).toBe(true)
    expect(await drained()).toBe(true)
  })

  it('goes on although a partition whose leader is silent holds more than a quarter', async () => {
    const { accumulator, topic } = filledBatches()
    for (let i = 0; i < 7; i++) accumulator.append(topic, { ...record, partition: i < 4 ? 0 : 1 })
    const drained = watch(accumulator.front.drained())
    const healthy = accumulator.drainAll().filter(({ partition }) => partition === 1)
    for (const batch of healthy) accumulator.acknowledge(batch)
    accumulator.runtime.advance(99)
    expect(await drained()).toBe(false)
    accumulator.runtime.advance(1)
    expect(await drained()).toBe(true)
  })

  it('stays while there is no room, however long that lasts', async () => {
    const { accumulator, topic } = filledBatches()
    for (let i = 0; i < 8; i++) accumulator.append(topic, record)
    const drained = watch(accumulator.front.drained())
    const batches = accumulator.drainAll()
    accumulator.runtime.advance(10_000)
    accumulator.acknowledge(batches[0]!)
    expect([accumulator.front.hasRoom, await drained()]).toEqual([false, false])
    accumulator.acknowledge(batches[1]!)
    expect([accumulator.front.hasRoom, await drained()]).toEqual([true, true])
  })

  it.each([
    ['were open when it began to wait', true],
    ['are opened while it waits', false],
  ])('lets no batch linger: those that %s go at once', async (_, openBefore) => {
    const accumulator = new TestAccumulator({ bufferBytes: 1_000_000, lingerMs: 10_000 })
    const topic = accumulator.topic('orders', 40)
    let partition = 0
    const half = (): void => {
      while (accumulator.front.hasRoom)
        accumulator.append(topic, { partition: partition++, value: Buffer.alloc(20_000) })
    }
    half()
    accumulator.runtime.advance(1)
    expect(accumulator.drain()).toHaveLength(0)
    const drained = watch(accumulator.front.drained())
    if (!openBefore) {
      for (const batch of accumulator.drainAll().slice(0, 4)) accumulator.acknowledge(batch)
      half()
      accumulator.runtime.endTurn()
    }
    const batches = accumulator.drainAll()
    expect(batches.length).toBeGreaterThan(3)
    for (const batch of batches) accumulator.acknowledge(batch)
    expect(accumulator.drainAll()).toHaveLength(0)
    accumulator.runtime.advance(100)
    expect([accumulator.front.hasRoom, await drained()]).toEqual([true, true])
  })

  it('does not hurry batches once nobody waits any more', async () => {
    const accumulator = new TestAccumulator({ bufferBytes: 400_000, lingerMs: 10_000 })
    const topic = accumulator.topic()
    for (let i = 0; accumulator.front.hasRoom; i++)
      accumulator.append(topic, { partition: i % 4, value: Buffer.alloc(9_000) })
    const drained = watch(accumulator.front.drained())
    for (const batch of accumulator.drainAll()) accumulator.acknowledge(batch)
    expect(await drained()).toBe(true)
    accumulator.append(topic, { value: 'later' })
    accumulator.runtime.endTurn()
    expect(accumulator.drain()).toHaveLength(0)
  })

  it('leaves no timer behind once it is let go and the front is closed', async () => {
    const { accumulator, topic } = filledBatches()
    for (let i = 0; i < 7; i++) accumulator.append(topic, record)
    const drained = watch(accumulator.front.drained())
    void accumulator.front.close()
    for (const batch of accumulator.drainAll()) accumulator.acknowledge(batch)
    expect(await drained()).toBe(true)
    accumulator.runtime.endTurns()
    expect(accumulator.runtime.pendingTimers).toBe(0)
  })
})
