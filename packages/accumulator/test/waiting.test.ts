import type { KafkaError } from '@sluice/protocol'
import { recordSizeBound } from '@sluice/protocol'
import { describe, expect, it, vi } from 'vitest'
import { noRoom, type TopicFront } from '../src/index.js'
import { valuesOf } from '../src/testing/stand/read-batch.js'
import { TestAccumulator, TestWaiter, leave, wait } from './test-accumulator.js'

/** Room for one full batch and not two. */
const small = { bufferBytes: 65_536, batchBytes: 65_536 }

/** Appends until there is no room. */
function fill(accumulator: TestAccumulator, topic: TopicFront, partition = 3): void {
  const value = Buffer.alloc(60_000)
  expect(accumulator.append(topic, { partition, value }, 'filling')).not.toBe(noRoom)
  expect(accumulator.append(topic, { partition, value })).toBe(noRoom)
}

function waiterOf(
  accumulator: TestAccumulator,
  topic: TopicFront,
  tag: string,
  size = 100,
  partition = 0,
): TestWaiter {
  const value = tag.padEnd(size)
  const bytes = recordSizeBound(null, Buffer.from(value), null)
  const waiter = new TestWaiter(bytes, () => accumulator.append(topic, { partition, value }, tag))
  wait(topic, waiter)
  return waiter
}

function statesOf(waiters: readonly TestWaiter[]): string[] {
  return waiters.map(({ state }) => (typeof state === 'string' ? state : state.code))
}

describe('waiting for memory', () => {
  it('ends first in, first out, when memory is given back', () => {
    const accumulator = new TestAccumulator(small)
    const topic = accumulator.topic()
    fill(accumulator, topic)
    const waiters = ['a', 'b', 'c'].map((tag) => waiterOf(accumulator, topic, tag))
    accumulator.runtime.advance(10)
    const [filling] = accumulator.drain()
    expect(statesOf(waiters)).toEqual(['waits', 'waits', 'waits'])
    accumulator.acknowledge(filling!)
    expect(statesOf(waiters)).toEqual(['appended', 'appended', 'appended'])
    accumulator.acknowledgeAll()
    expect(accumulator.tags).toEqual(['filling', 'a', 'b', 'c'])
  })

  it('ends with the error of a record whose text cannot be made again, and goes on behind it', () => {
    const accumulator = new TestAccumulator(small)
    const topic = accumulator.topic()
    fill(accumulator, topic)
    const [text, next] = ['text', 'next'].map(
      (tag) => new TestWaiter(100, () => accumulator.append(topic, { value: tag }, tag)),
    )
    wait(topic, text!, { value: 'text' })
    wait(topic, next!)
    vi.spyOn(Buffer.prototype, 'toString').mockImplementationOnce(() => {
      throw new RangeError('too long')
    })
    accumulator.acknowledgeAll()
    vi.restoreAllMocks()
    expect(statesOf([text!, next!])).toEqual(['ILLEGAL_STATE', 'appended'])
    expect(text!.state).toMatchObject({ persisted: 'no' })
    expect(text!.asked).toBe(0)
  })

  // franz-go 787
  it('goes on with everybody who fits when a large batch makes room for many small records', () => {
    const accumulator = new TestAccumulator(small)
    const topic = accumulator.topic()
    fill(accumulator, topic)
    const many = Array.from({ length: 20 }, (_, i) => waiterOf(accumulator, topic, `${i}`, 500))
    const large = waiterOf(accumulator, topic, 'large', 40_000, 1)
    const last = waiterOf(accumulator, topic, 'last', 10)
    const acknowledgeOne = (): void => accumulator.acknowledge(accumulator.drain()[0]!)
    acknowledgeOne()
    expect(statesOf(many)).toEqual(Array(20).fill('appended'))
    expect(statesOf([large, last])).toEqual(['waits', 'waits'])
    acknowledgeOne()
    expect(statesOf([large, last])).toEqual(['appended', 'waits'])
    acknowledgeOne()
    expect(last.state).toBe('appended')
  })

  it('makes the open batches of all partitions due, for their memory', () => {
    const accumulator = new TestAccumulator({ ...small, lingerMs: 60_000 })
    const topic = accumulator.topic()
    accumulator.append(topic, { value: Buffer.alloc(30_000) })
    accumulator.append(topic, { partition: 1, value: Buffer.alloc(10_000) })
    expect(accumulator.drain({ busy: true })).toEqual([])
    expect(accumulator.append(topic, { partition: 2, value: Buffer.alloc(30_000) })).toBe(noRoom)
    expect(accumulator.drain({ busy: true })).toHaveLength(2)
  })

  it('lets nobody overtake: a topic is blocked while anybody waits for memory', () => {
    const accumulator = new TestAccumulator(small)
    const topic = accumulator.topic()
    const other = accumulator.topic('other')
    expect([topic.blocked, other.blocked]).toEqual([false, false])
    fill(accumulator, topic)
    const waiter = waiterOf(accumulator, topic, 'a', 60_000)
    expect([topic.blocked, other.blocked]).toEqual([true, true])
    accumulator.acknowledge(accumulator.drain()[0]!)
    expect(waiter.state).toBe('appended')
    expect([topic.blocked, other.blocked]).toEqual([false, false])
  })

  it('lets nobody overtake from within a waiter’s turn either', () => {
    const accumulator = new TestAccumulator(small)
    const topic = accumulator.topic()
    fill(accumulator, topic)
    const seen: boolean[] = []
    wait(
      topic,
      new TestWaiter(100, () => {
        seen.push(topic.blocked)
        return 1
      }),
    )
    accumulator.acknowledge(accumulator.drain()[0]!)
    expect(seen).toEqual([true])
  })

  it('ends with BUFFER_FULL after maxBlockMs, at exactly that time', () => {
    const accumulator = new TestAccumulator({ ...small, maxBlockMs: 500 })
    const topic = accumulator.topic()
    fill(accumulator, topic)
    const first = waiterOf(accumulator, topic, 'a')
    accumulator.runtime.advance(200)
    const second = waiterOf(accumulator, topic, 'b')
    accumulator.runtime.advance(299)
    expect(first.state).toBe('waits')
    accumulator.runtime.advance(1)
    expect(first.error).toMatchObject({ code: 'BUFFER_FULL', persisted: 'no', topic: 'orders' })
    expect(first.error.message).toContain('65536')
    expect(first.error.message).toContain('500 ms')
    accumulator.runtime.advance(199)
    expect(second.state).toBe('waits')
    accumulator.runtime.advance(1)
    expect(second.error.code).toBe('BUFFER_FULL')
  })

  it('fails a record that can never fit at once', () => {
    const accumulator = new TestAccumulator(small)
    const topic = accumulator.topic()
    const value = Buffer.alloc(65_537)
    expect(accumulator.append(topic, { value })).toBe(noRoom)
    const waiter = waiterOf(accumulator, topic, 'huge', 65_537)
    expect(waiter.error).toMatchObject({ code: 'RECORD_TOO_LARGE', persisted: 'no' })
    expect(waiter.error.message).toContain('bufferBytes (65536)')
    expect(accumulator.front.pending).toBe(false)
  })

  it('takes a record that only just fits, alone and with compression', () => {
    const alone = new TestAccumulator(small)
    const held = alone.deliveryOf(500)
    const record = { value: Buffer.alloc(64_000) }
    expect(alone.append(alone.topic(), record, 'a', held)).toBeGreaterThan(64_000)

    const compress = (input: Uint8Array): Uint8Array => input
    const compression = { id: 1, name: 'none', compress, decompress: compress } as const
    const twice = new TestAccumulator({ ...small, compression })
    const half = { value: Buffer.alloc(32_000) }
    expect(twice.append(twice.topic(), half, 'a', held)).toBeGreaterThan(32_000)
  })

  it('opens no batch for a record whose delivery has no room', () => {
    const accumulator = new TestAccumulator(small)
    const topic = accumulator.topic()
    const heavy = accumulator.deliveryOf(65_536)
    expect(accumulator.append(topic, { value: 'a' }, 'a', heavy)).toBe(noRoom)
    expect(topic.queuedBatches(0)).toBe(0)
    expect(accumulator.front.pending).toBe(false)
  })

  it('counts what the pending deliveries hold', () => {
    const accumulator = new TestAccumulator(small)
    const topic = accumulator.topic()
    const delivery = accumulator.deliveryOf(1_000)
    let appended = 0
    while (accumulator.append(topic, { value: 'x' }, appended, delivery) !== noRoom) appended++
    // A buffer of 1 024 bytes is there too.
    expect(appended).toBe(64)
  })
})

describe('what a delivery holds', () => {
  it('is free again once its record has settled, before the buffer is', () => {
    const accumulator = new TestAccumulator({ ...small, batchRecords: 1 })
    const topic = accumulator.topic()
    accumulator.append(topic, { value: 'a' }, 'a', accumulator.deliveryOf(40_000))
    const waiter = waiterOf(accumulator, topic, 'b', 30_000)
    expect(accumulator.append(topic, { value: Buffer.alloc(30_000) })).toBe(noRoom)
    const [batch] = accumulator.drain()
    accumulator.queue.settle(batch!, { error: null, baseOffset: 0n, logAppendTime: -1 })
    expect(waiter.state).toBe('appended')
  })

  it('is free again part by part, where its batch was split', () => {
    const accumulator = new TestAccumulator({ ...small, batchRecords: 2 })
    const topic = accumulator.topic()
    const heavy = accumulator.deliveryOf(25_000)
    for (const tag of ['a', 'b']) accumulator.append(topic, { value: 'v' }, tag, heavy)
    const [a, b] = accumulator.queue.split(accumulator.drain()[0]!)
    const append = (): number => accumulator.append(topic, { value: 'v' }, 'c', heavy)
    expect(append()).toBe(noRoom)
    accumulator.acknowledge(a!)
    expect(append()).not.toBe(noRoom)
    expect(append()).toBe(noRoom)
    accumulator.acknowledge(b!)
    expect(append()).not.toBe(noRoom)
  })

  it('is free again when the record itself has no room', () => {
    const accumulator = new TestAccumulator(small)
    const topic = accumulator.topic()
    accumulator.append(topic, { value: Buffer.alloc(30_000) })
    const record = { partition: 1, value: Buffer.alloc(30_000) }
    const heavy = accumulator.deliveryOf(20_000)
    for (let i = 0; i < 5; i++) expect(accumulator.append(topic, record, 'b', heavy)).toBe(noRoom)
    expect(accumulator.append(topic, record, 'b')).not.toBe(noRoom)
  })
})

describe('the line of those who wait', () => {
  it('holds bufferBytes and then refuses at once, saying what to do', () => {
    const accumulator = new TestAccumulator(small)
    const topic = accumulator.topic()
    fill(accumulator, topic)
    const idle = (): number => noRoom
    const waiters = Array.from({ length: 3 }, () => new TestWaiter(30_000, idle))
    for (const waiter of waiters) wait(topic, waiter)
    expect(statesOf(waiters)).toEqual(['waits', 'waits', 'BUFFER_FULL'])
    expect(waiters[2]!.error).toMatchObject({ persisted: 'no' })
    expect(waiters[2]!.error.message).toMatch(/2 records .* 61304 of 65536 bytes; await/)
    const tooMuch = new TestWaiter(4_221, idle)
    wait(topic, tooMuch)
    expect(tooMuch.error.code).toBe('BUFFER_FULL')
    const fits = new TestWaiter(4_220, idle)
    wait(topic, fits)
    expect(fits.state).toBe('waits')
    expect(leave(topic, waiters[0]!)).toBe(true)
    const again = new TestWaiter(30_000, idle)
    wait(topic, again)
    expect(again.state).toBe('waits')
  })

  it('can be left, once', () => {
    const accumulator = new TestAccumulator(small)
    const topic = accumulator.topic()
    fill(accumulator, topic)
    const [a, b] = [waiterOf(accumulator, topic, 'a'), waiterOf(accumulator, topic, 'b')]
    expect(leave(topic, a)).toBe(true)
    expect(leave(topic, a)).toBe(false)
    accumulator.acknowledge(accumulator.drain()[0]!)
    expect(statesOf([a, b])).toEqual(['waits', 'appended'])
    expect(leave(topic, b)).toBe(false)
    accumulator.runtime.advance(120_000)
    expect(a.state).toBe('waits')
  })

  it('moves on when a head that is too large leaves', () => {
    const accumulator = new TestAccumulator(small)
    const topic = accumulator.topic()
    accumulator.append(topic, { value: Buffer.alloc(30_000) })
    const head = waiterOf(accumulator, topic, 'head', 40_000, 1)
    const next = waiterOf(accumulator, topic, 'next', 100, 1)
    expect(statesOf([head, next])).toEqual(['waits', 'waits'])
    leave(topic, head)
    expect(statesOf([head, next])).toEqual(['waits', 'appended'])
  })

  it('moves on when a head that is too large expires, and not before the next one fits', () => {
    const accumulator = new TestAccumulator({ bufferBytes: 131_072, maxBlockMs: 500 })
    const topic = accumulator.topic()
    accumulator.append(topic, { value: Buffer.alloc(60_000) })
    accumulator.append(topic, { partition: 3, value: Buffer.alloc(30_000) })
    const heads = [1, 2].map((n) => waiterOf(accumulator, topic, `head ${n}`, 40_000, n))
    accumulator.runtime.advance(1)
    const next = waiterOf(accumulator, topic, 'next', 100, 1)
    expect(leave(topic, heads[0]!)).toBe(true)
    expect(statesOf([heads[1]!, next])).toEqual(['waits', 'waits'])
    accumulator.runtime.advance(499)
    expect(statesOf([heads[1]!, next])).toEqual(['BUFFER_FULL', 'appended'])
  })

  it('takes one that joins again in its own turn to its end', () => {
    const accumulator = new TestAccumulator({ ...small, maxBlockMs: 500 })
    const topic = accumulator.topic()
    fill(accumulator, topic)
    const again: TestWaiter = new TestWaiter(1, () => {
      if (again.asked > 1) return noRoom
      leave(topic, again)
      wait(topic, again)
      return 1
    })
    wait(topic, again)
    accumulator.acknowledge(accumulator.drain()[0]!)
    accumulator.runtime.advance(500)
    expect(again.error.code).toBe('BUFFER_FULL')
    expect(leave(topic, again)).toBe(false)
    expect(accumulator.front.pending).toBe(false)
  })

  it('survives a waiter that throws', () => {
    const accumulator = new TestAccumulator({ ...small, maxBlockMs: 500 })
    const topic = accumulator.topic()
    fill(accumulator, topic)
    const broken = (): never => {
      throw new Error('a user’s mistake')
    }
    const throwsOnTurn = { bytes: 1, resume: broken, fail: broken }
    wait(topic, throwsOnTurn)
    const next = waiterOf(accumulator, topic, 'next', 60_000)
    wait(topic, { bytes: 1, resume: () => false, fail: broken })
    const last = waiterOf(accumulator, topic, 'last')
    accumulator.acknowledge(accumulator.drain()[0]!)
    expect(next.state).toBe('appended')
    expect(leave(topic, throwsOnTurn)).toBe(false)
    accumulator.runtime.advance(500)
    expect(last.error.code).toBe('BUFFER_FULL')
    const thrown = 'A delivery callback of topic orders threw: Error: a user’s mistake'
    const line = { level: 'error', message: thrown }
    expect(accumulator.runtime.logged).toEqual([line, line])
  })

  it('lets each go at its own time when one that fails brings in another', () => {
    const accumulator = new TestAccumulator({ ...small, maxBlockMs: 500 })
    const topic = accumulator.topic()
    fill(accumulator, topic)
    let again: TestWaiter | undefined
    const fail = (): void => void (again = waiterOf(accumulator, topic, 'again'))
    wait(topic, { bytes: 1, resume: () => false, fail })
    accumulator.runtime.advance(100)
    const second = waiterOf(accumulator, topic, 'second')
    accumulator.runtime.advance(400)
    expect(again!.state).toBe('waits')
    accumulator.runtime.advance(100)
    expect(statesOf([second, again!])).toEqual(['BUFFER_FULL', 'waits'])
    accumulator.runtime.advance(400)
    expect(again!.error.code).toBe('BUFFER_FULL')
  })

  it('with maxBlockMs: 0 does not spin when one that fails comes again', () => {
    const accumulator = new TestAccumulator({ ...small, maxBlockMs: 0 })
    const topic = accumulator.topic()
    fill(accumulator, topic)
    let failures = 0
    const persistent = {
      bytes: 1,
      resume: () => false,
      fail: () => {
        failures++
        wait(topic, persistent)
      },
    }
    wait(topic, persistent)
    accumulator.runtime.advance(10)
    expect(failures).toBeGreaterThan(0)
    expect(failures).toBeLessThan(20)
  })
})

describe('waiting for metadata', () => {
  it('ends in order once the topic is known', () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.front.forTopic('orders')
    expect([topic.blocked, topic.snapshot]).toEqual([true, undefined])
    expect(accumulator.queue.takeWantedTopics()).toEqual(['orders'])
    expect(accumulator.queue.takeWantedTopics()).toEqual([])
    const waiters = ['a', 'b'].map((tag) => waiterOf(accumulator, topic, tag, 1))
    accumulator.learn('orders', 0)
    expect(statesOf(waiters)).toEqual(['waits', 'waits'])
    accumulator.learn('orders', 4)
    expect(statesOf(waiters)).toEqual(['appended', 'appended'])
    expect(topic.blocked).toBe(false)
    expect(topic.snapshot?.partitions).toHaveLength(4)
    accumulator.runtime.endTurn()
    expect(valuesOf(accumulator.drain())).toEqual([['a', 'b']])
  })

  it('asks the cluster once, for whatever name', () => {
    const accumulator = new TestAccumulator()
    expect(accumulator.front.forTopic('__proto__')).toBe(accumulator.front.forTopic('__proto__'))
    expect(accumulator.queue.takeWantedTopics()).toEqual(['__proto__'])
  })

  it('holds up other topics not at all', () => {
    const accumulator = new TestAccumulator()
    const known = accumulator.topic('known')
    const unknown = accumulator.front.forTopic('unknown')
    waiterOf(accumulator, unknown, 'a')
    expect([known.blocked, unknown.blocked]).toEqual([false, true])
  })

  it('ends with METADATA_TIMEOUT and the reason after maxBlockMs', () => {
    const accumulator = new TestAccumulator({ maxBlockMs: 500 })
    const topic = accumulator.front.forTopic('orders')
    const waiter = waiterOf(accumulator, topic, 'a')
    accumulator.runtime.advance(499)
    accumulator.queue.publish([], {
      name: 'KafkaError',
      code: 'CONNECTION_FAILED',
      message: 'CONNECTION_FAILED: connect ECONNREFUSED',
    } as KafkaError)
    expect(waiter.state).toBe('waits')
    accumulator.runtime.advance(1)
    expect(waiter.error).toMatchObject({
      code: 'METADATA_TIMEOUT',
      persisted: 'no',
      topic: 'orders',
      cause: { code: 'CONNECTION_FAILED', message: 'CONNECTION_FAILED: connect ECONNREFUSED' },
    })
  })

  it('shares one maxBlockMs with the wait for memory', () => {
    const accumulator = new TestAccumulator({ ...small, maxBlockMs: 500 })
    fill(accumulator, accumulator.topic('known'))
    const topic = accumulator.front.forTopic('orders')
    const waiter = waiterOf(accumulator, topic, 'a', 60_000)
    accumulator.runtime.advance(400)
    accumulator.learn('orders', 4)
    accumulator.runtime.advance(99)
    expect(waiter.state).toBe('waits')
    accumulator.runtime.advance(1)
    expect(waiter.error.code).toBe('BUFFER_FULL')
  })
})
