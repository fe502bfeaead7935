import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it, vi } from 'vitest'
import type { QueueBatch } from '../src/index.js'
import { TestAccumulator } from './test-accumulator.js'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Appends a record with a delivery and an own object, and tells whether anybody still has one of the two. */
function appendOwned(accumulator: TestAccumulator, partition: number): () => boolean {
  const own = { of: 'the record' }
  const delivery = { heldBytes: 0, settle: () => {} }
  accumulator.append(accumulator.front.forTopic('orders'), { partition }, own, delivery)
  const refs = [own, delivery].map((object) => new WeakRef(object))
  return () => refs.some((ref) => ref.deref() !== undefined)
}

/** A target of a WeakRef lives at least until the turn ends. */
async function kept(refs: readonly (() => boolean)[]): Promise<number> {
  await new Promise((resolve) => setImmediate(resolve))
  collectGarbage()
  return refs.filter((isThere) => isThere()).length
}

/** Three partitions, of which the first gives the batch that stays. */
async function withOneThatStays(end: (batch: QueueBatch, accumulator: TestAccumulator) => void) {
  const accumulator = new TestAccumulator()
  accumulator.topic()
  appendOwned(accumulator, 0)
  appendOwned(accumulator, 1)
  accumulator.runtime.endTurn()
  const [stays] = accumulator.drain({ mayDrain: (_, partition) => partition === 0 })
  end(stays!, accumulator)
  const refs: (() => boolean)[] = []
  for (let i = 0; i < 30; i++) {
    // Always one is open when another is sealed, so that the lines of open ones are never empty.
    refs.push(appendOwned(accumulator, i % 3))
    accumulator.runtime.endTurn()
    const others = accumulator.drain({ mayDrain: (_, partition) => partition === (i + 1) % 3 })
    for (const batch of others) accumulator.acknowledge(batch)
  }
  accumulator.acknowledgeAll()
  return { accumulator, stays: stays!, refs }
}

describe('a batch that stays for long', () => {
  it('keeps nothing of those that come and go meanwhile', async () => {
    const { accumulator, stays, refs } = await withOneThatStays(() => {})
    expect(await kept(refs)).toBe(0)
    accumulator.acknowledge(stays)
    expect(accumulator.front.pending).toBe(false)
  })

  it('keeps nothing of its records, nor of later batches, once it has settled', async () => {
    const { accumulator, stays, refs } = await withOneThatStays((batch, { queue }) =>
      queue.settle(batch, { error: null, baseOffset: 0n, logAppendTime: -1 }),
    )
    expect(await kept(refs)).toBe(0)
    accumulator.queue.release(stays)
  })

  it('keeps nothing of its own records, once it has settled', async () => {
    const accumulator = new TestAccumulator({ batchRecords: 1 })
    const topic = accumulator.topic()
    const own = new WeakRef({ of: 'the record' })
    accumulator.append(topic, {}, own.deref(), { heldBytes: 0, settle: () => {} })
    const isThere = (): boolean => own.deref() !== undefined
    const [batch] = accumulator.drain()
    expect(await kept([isThere])).toBe(1)
    accumulator.queue.settle(batch!, { error: null, baseOffset: 0n, logAppendTime: -1 })
    expect(await kept([isThere])).toBe(0)
    accumulator.queue.release(batch!)
  })
})

describe('a flush', () => {
  it('does not walk through all batches of the past', async () => {
    const accumulator = new TestAccumulator({ batchRecords: 1 })
    const topic = accumulator.topic()
    for (let i = 0; i < 5_000; i++) {
      accumulator.append(topic, {})
      for (const batch of accumulator.drain()) accumulator.acknowledge(batch)
    }
    const lookUps = vi.spyOn(Map.prototype, 'get')
    void accumulator.front.flush()
    const { length } = lookUps.mock.calls
    lookUps.mockRestore()
    expect(length).toBeLessThan(10)
  })
})
