import { KafkaError } from '@sluice/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { notWaiting, type Placer, type TopicFront } from '../src/index.js'
import { TestAccumulator } from './test-accumulator.js'

const maxBlockMs = 500
const sizes = { bufferBytes: 65_536, batchBytes: 16_384, maxBlockMs }

/** Names of records in the order in which they were appended, with their contents. */
let appended: [unknown, unknown][]
let failed: Record<string, KafkaError>
let accumulator: TestAccumulator

beforeEach(() => {
  appended = []
  failed = {}
  accumulator = new TestAccumulator(sizes)
})

function placerOf(topic: TopicFront): Placer {
  return {
    place(waited) {
      const record = { ...waited, partition: Math.max(0, waited.partition) }
      if (topic.append(record, waited.delivery, waited.a, waited.b) < 0) return false
      appended.push([waited.a, String(waited.value)])
      return true
    },
  }
}

const delivery = {
  heldBytes: 10,
  settle({ error }: { error: KafkaError | null }, _index: number, name: unknown): void {
    if (error !== null) failed[name as string] = error
  },
}

const empty = { partition: -1, key: null, value: null, headers: null, timestamp: 0 }

function reserve(topic: TopicFront, name: string, more = {}): number {
  return topic.reserve!({ ...empty, ...more }, delivery, name, undefined, placerOf(topic))
}

function wait(topic: TopicFront, name: string, value = name): number {
  return topic.wait({ ...empty, value }, delivery, name, undefined, placerOf(topic))
}

const aborted = (): KafkaError => new KafkaError('ABORTED', 'told by the test', { persisted: 'no' })
const names = (): unknown[] => appended.map(([name]) => name)
const codes = (): [string, string][] =>
  Object.entries(failed).map(([name, { code }]) => [name, code])

describe('a record that lacks its value', () => {
  it('keeps its place before later records of the topic, and is appended with its value', () => {
    const topic = accumulator.topic()
    const first = reserve(topic, 'first')
    expect(topic.blocked).toBe(true)
    wait(topic, 'second')
    const third = reserve(topic, 'third')
    wait(topic, 'fourth')
    topic.complete!(third, undefined, 'drei')
    expect(appended).toEqual([])
    topic.complete!(first, undefined, 'eins')
    expect(appended).toEqual([
      ['first', 'eins'],
      ['second', 'second'],
      ['third', 'drei'],
      ['fourth', 'fourth'],
    ])
    expect(topic.blocked).toBe(false)
  })

  it('holds up no other topic', () => {
    const [topic, other] = [accumulator.topic('a'), accumulator.topic('b')]
    reserve(topic, 'stuck')
    expect(other.blocked).toBe(false)
    expect(accumulator.append(other, { value: 'x' })).toBeGreaterThan(0)
  })

  it('keeps what it has, headers too, although its memory is written to meanwhile', () => {
    const topic = accumulator.topic()
    const key = Buffer.from('key')
    const seen: unknown[] = []
    const ticket = topic.reserve!({ ...empty, key, headers: ['a', key] }, delivery, 0, 0, {
      place(waited) {
        seen.push(String(waited.key), waited.headers?.map(String), waited.value)
        return true
      },
    })
    key.fill(0)
    topic.complete!(ticket, undefined, 'value')
    expect(seen).toEqual(['key', ['a', 'key'], 'value'])
  })

  it('waits for metadata besides, whatever comes first', () => {
    const topics = ['a', 'b'].map((name) => accumulator.front.forTopic(name))
    const [first, second] = topics.map((topic) => reserve(topic, topic === topics[0] ? 'a' : 'b'))
    topics[0]!.complete!(first!, undefined, 'x')
    expect(appended).toEqual([])
    accumulator.learn('a', 1)
    accumulator.learn('b', 1)
    expect(names()).toEqual(['a'])
    topics[1]!.complete!(second!, undefined, 'y')
    expect(names()).toEqual(['a', 'b'])
  })

  it('fails after maxBlockMs, and those behind it go on at once, in order, also when sent in the same turn', () => {
    const topic = accumulator.topic()
    const stuck = reserve(topic, 'stuck')
    const ready = reserve(topic, 'ready')
    wait(topic, 'whole')
    topic.complete!(ready, undefined, 'x')
    accumulator.runtime.advance(maxBlockMs - 1)
    expect([codes(), names()]).toEqual([[], []])
    accumulator.runtime.advance(1)
    expect(codes()).toEqual([['stuck', 'SERIALIZATION_FAILED']])
    expect(failed['stuck']!.message).toContain('within 500 ms for a record of topic orders')
    expect(names()).toEqual(['ready', 'whole'])
    topic.complete!(stuck, undefined, 'too late')
    expect(names()).toEqual(['ready', 'whole'])
  })

  it('has one time for all that it waits for: no record waits longer than maxBlockMs', () => {
    const topic = accumulator.topic()
    while (accumulator.append(topic, { value: Buffer.alloc(10_000) }) > 0);
    const ticket = reserve(topic, 'late')
    accumulator.runtime.advance(maxBlockMs - 1)
    topic.complete!(ticket, undefined, 'x'.repeat(10_000))
    accumulator.runtime.advance(1)
    expect(codes()).toEqual([['late', 'BUFFER_FULL']])
  })

  it('lets those behind it go on when it leaves, or fails', () => {
    const topic = accumulator.topic()
    const leaving = reserve(topic, 'aborted')
    wait(topic, 'next')
    expect(topic.leave(leaving)).toBe(true)
    expect(topic.leave(leaving)).toBe(false)
    expect(names()).toEqual(['next'])
    const large = reserve(topic, 'large')
    wait(topic, 'last')
    topic.complete!(large, undefined, 'x'.repeat(100_000))
    expect(codes()).toEqual([['large', 'RECORD_TOO_LARGE']])
    expect(names()).toEqual(['next', 'last'])
  })

  it('is waited for by flush, fails with abort and with close, and counts as pending', () => {
    const topic = accumulator.topic()
    const flushed: string[] = []
    reserve(topic, 'one')
    expect([accumulator.front.pending, accumulator.front.unsettled!()]).toEqual([true, 1])
    void accumulator.front.flush().then(() => flushed.push('flushed'))
    accumulator.front.abort(aborted())
    expect(codes()).toEqual([['one', 'ABORTED']])
    reserve(topic, 'two')
    void accumulator.front.close()
    expect(codes()).toEqual([
      ['one', 'ABORTED'],
      ['two', 'PRODUCER_CLOSED'],
    ])
    expect(reserve(topic, 'three')).toBe(notWaiting)
  })

  it('counts what it holds, before and after it has its value, and is refused where the line is full', () => {
    const topic = accumulator.topic()
    const held: number[] = []
    for (let i = 0; held.length === 0 && i < 1_000; i++)
      if (reserve(topic, `${i}`) === notWaiting) held.push(i)
    expect(codes()).toEqual([[`${held[0]}`, 'BUFFER_FULL']])
    expect(held[0]).toBeGreaterThan(20)
    expect(held[0]).toBeLessThan(70)
    accumulator.front.abort(aborted())
    failed = {}
    reserve(topic, 'stuck')
    const tickets = ['a', 'b', 'c', 'd'].map((name) => reserve(topic, name))
    for (const ticket of tickets) topic.complete!(ticket, undefined, 'x'.repeat(16_000))
    expect(codes()).toEqual([['d', 'BUFFER_FULL']])
  })
})
