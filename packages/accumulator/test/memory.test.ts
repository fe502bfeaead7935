import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Memory } from '../src/front/memory/memory.js'
import { noRoom } from '../src/index.js'
import { buffersInUse, TestAccumulator, TestWaiter, leave, wait } from './test-accumulator.js'

/** Memory, and what was taken of it. */
class Account {
  readonly #memory: Memory
  readonly #limit: number
  readonly #copies: 1 | 2
  readonly #taken: (number | ArrayBuffer)[] = []
  #used = 0

  constructor(limit: number, copies: 1 | 2) {
    buffersInUse.clear()
    this.#memory = new Memory(limit, copies)
    this.#limit = limit
    this.#copies = copies
  }

  take(bytes: number): void {
    const fits = this.#used + bytes <= this.#limit
    expect(this.#memory.take(bytes)).toBe(fits)
    if (fits) this.#keep(bytes, bytes)
  }

  takeBuffer(capacity: number): void {
    const cost = capacity * this.#copies
    const fits = this.#used + cost <= this.#limit
    const buffer = this.#memory.takeBuffer(capacity)
    expect(buffer?.byteLength).toBe(fits ? capacity : undefined)
    if (buffer !== null) this.#keep(buffer, cost)
  }

  giveBack(at: number): void {
    const [item] = this.#taken.splice(at % Math.max(1, this.#taken.length), 1)
    if (item === undefined) return
    if (typeof item === 'number') this.#memory.give(item)
    else this.#memory.giveBuffer(item)
    this.#used -= typeof item === 'number' ? item : item.byteLength * this.#copies
  }

  check(): void {
    expect(this.#memory.used).toBe(this.#used)
    expect(this.#used + buffersInUse.pooledBytes).toBeLessThanOrEqual(this.#limit)
  }

  #keep(item: number | ArrayBuffer, cost: number): void {
    this.#taken.push(item)
    this.#used += cost
  }
}

describe('memory', () => {
  it('in use and pooled together never exceeds the limit', () => {
    const step = fc.oneof(
      fc.record({ what: fc.constant('take'), bytes: fc.constantFrom(0, 100, 1_000, 4_000, 9_999) }),
      fc.record({ what: fc.constant('buffer'), bytes: fc.constantFrom(1, 1_000, 3_333, 10_001) }),
      fc.record({ what: fc.constant('give'), bytes: fc.nat(20) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(1, 2), (steps, copies) => {
        const account = new Account(10_000, copies)
        for (const { what, bytes } of steps) {
          if (what === 'take') account.take(bytes)
          else if (what === 'buffer') account.takeBuffer(bytes)
          else account.giveBack(bytes)
          account.check()
        }
      }),
    )
  })

  it('hands a buffer that came back to the next who needs that size', () => {
    const memory = new Memory(10_000, 1)
    const first = memory.takeBuffer(4_000)!
    memory.giveBuffer(first)
    expect(memory.takeBuffer(2_000)).not.toBe(first)
    expect(memory.takeBuffer(4_000)).toBe(first)
  })

  it('keeps the buffer that is asked for when the pool must shrink', () => {
    const memory = new Memory(10_000, 2)
    const [first, second] = [memory.takeBuffer(2_500)!, memory.takeBuffer(2_500)!]
    memory.giveBuffer(first)
    memory.giveBuffer(second)
    expect(memory.takeBuffer(2_500)).toBe(second)
    expect(memory.takeBuffer(2_500)).toBe(first)
  })
})

describe('a buffer', () => {
  // KAFKA-19012
  it('is used again only after it was released, not when its batch settles', () => {
    const accumulator = new TestAccumulator({ batchRecords: 1 })
    const topic = accumulator.topic()
    accumulator.append(topic, { value: 'first' })
    const [batch] = accumulator.drain()
    const { buffer } = batch!.payload
    accumulator.queue.settle(batch!, { error: null, baseOffset: 0n, logAppendTime: -1 })
    const bytes = batch!.payload.slice()
    const buffers = (): unknown[] => accumulator.drainAll().map(({ payload }) => payload.buffer)
    for (const value of ['second', 'third']) accumulator.append(topic, { value })
    expect(buffers()).not.toContain(buffer)
    expect(batch!.payload).toEqual(bytes)
    accumulator.queue.release(batch!)
    accumulator.append(topic, { value: 'fourth' })
    expect(buffers()).toEqual([buffer])
  })

  it('that is released twice is pooled once: no two batches share it', () => {
    const accumulator = new TestAccumulator({ batchRecords: 1 })
    const topic = accumulator.topic()
    accumulator.append(topic, { value: 'first' })
    const [batch] = accumulator.drain()
    accumulator.queue.release(batch!)
    accumulator.queue.release(batch!)
    for (const value of ['second', 'third']) accumulator.append(topic, { value })
    const [second, third] = accumulator.drainAll()
    expect(second!.payload.buffer).not.toBe(third!.payload.buffer)
  })

  it('that the queue says twice is free is pooled once', () => {
    const accumulator = new TestAccumulator({ batchRecords: 1 })
    const topic = accumulator.topic()
    accumulator.append(topic, { value: 'first' })
    const { id, payload } = accumulator.drain()[0]!
    const released = { type: 'released', batch: id, buffer: payload.buffer as ArrayBuffer } as const
    for (let times = 0; times < 2; times++) accumulator.front.receive(released)
    for (const value of ['second', 'third']) accumulator.append(topic, { value })
    const [second, third] = accumulator.drainAll()
    expect(second!.payload.buffer).not.toBe(third!.payload.buffer)
  })

  // KAFKA-19012
  it('counts as used until it was released', () => {
    const accumulator = new TestAccumulator({ bufferBytes: 65_536 })
    const topic = accumulator.topic()
    const value = Buffer.alloc(60_000)
    accumulator.append(topic, { value })
    const waiter = new TestWaiter(60_000, () => accumulator.append(topic, { value }))
    wait(topic, waiter)
    const [batch] = accumulator.drain()
    accumulator.queue.settle(batch!, { error: null, baseOffset: 0n, logAppendTime: -1 })
    expect(waiter.state).toBe('waits')
    accumulator.queue.release(batch!)
    expect(waiter.state).toBe('appended')
  })
})

describe('the water marks', () => {
  it('are apart: without room above half of bufferBytes, drained below a quarter', async () => {
    const accumulator = new TestAccumulator({ bufferBytes: 400_000, batchRecords: 1 })
    const topic = accumulator.topic()
    const { front } = accumulator
    const record = { value: Buffer.alloc(64_000) }
    for (let i = 0; i < 3; i++) accumulator.append(topic, record)
    expect(front.hasRoom).toBe(true)
    await front.drained()
    accumulator.append(topic, record)
    expect(front.hasRoom).toBe(false)
    let drained = false
    const promise = front.drained().then(() => (drained = true))
    const batches = accumulator.drainAll()
    for (const [released, batch] of batches.entries()) {
      accumulator.acknowledge(batch)
      await Promise.resolve()
      expect([released + 1, front.hasRoom, drained]).toEqual([
        released + 1,
        true,
        released + 1 >= 3,
      ])
    }
    await promise
  })

  it('count those who wait', () => {
    const accumulator = new TestAccumulator({ bufferBytes: 100_000 })
    const topic = accumulator.front.forTopic('unknown')
    const waiter = new TestWaiter(50_001, () => noRoom)
    wait(topic, waiter)
    expect(accumulator.front.hasRoom).toBe(false)
    leave(topic, waiter)
    expect(accumulator.front.hasRoom).toBe(true)
  })

  it('let go of those who wait when a close frees the memory', async () => {
    const accumulator = new TestAccumulator({ bufferBytes: 100_000, lingerMs: 50 })
    const topic = accumulator.topic()
    for (let i = 0; i < 2; i++) accumulator.append(topic, { value: Buffer.alloc(20_000) })
    expect(accumulator.front.hasRoom).toBe(false)
    const drained = accumulator.front.drained()
    await accumulator.front.close()
    await drained
    expect(accumulator.front.hasRoom).toBe(true)
  })
})

describe('the buffer of a partition', () => {
  it('is as large as its last batch needed from the start, and shrinks where batches do', () => {
    const accumulator = new TestAccumulator({ batchBytes: 65_536 })
    const topic = accumulator.topic()
    const capacities: number[] = []
    for (const bytes of [40_000, 50, 50, 50, 50, 50, 50, 50, 3_000]) {
      accumulator.append(topic, { value: Buffer.alloc(bytes) })
      accumulator.runtime.endTurn()
      const [batch] = accumulator.drain()
      capacities.push(batch!.payload.buffer.byteLength)
      accumulator.acknowledge(batch!)
    }
    expect(capacities).toEqual([65_475, 65_475, 32_768, 16_384, 8_192, 4_096, 2_048, 1_024, 4_096])
  })

  it('is small where records are few: one record in each of 10 000 partitions fits in 32 MiB', () => {
    const accumulator = new TestAccumulator({ bufferBytes: 33_554_432 })
    const topic = accumulator.topic('orders', 10_000)
    for (let partition = 0; partition < 10_000; partition++)
      expect(accumulator.append(topic, { partition, value: 'x'.repeat(100) })).not.toBe(noRoom)
    expect(buffersInUse.bytes).toBe(10_000 * 1_024)
  })
})
