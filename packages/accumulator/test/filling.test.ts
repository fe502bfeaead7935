import { recordSize } from '@sluice/protocol'
import { describe, expect, it } from 'vitest'
import { recordsOf, valuesOf } from '../src/testing/stand/read-batch.js'
import { TestAccumulator } from './test-accumulator.js'

/** The records of a batch of `batchBytes: 4096`: what is left beside the header. */
const room = 4_096 - 61

describe('filling a batch', () => {
  it('seals a batch as soon as it has no room for another of its average records', () => {
    const accumulator = new TestAccumulator({ batchBytes: 4_096 })
    const topic = accumulator.topic()
    const value = Buffer.alloc(993)
    const sizes = [1, 2, 3, 4].map(() => {
      expect(topic.tailOpen(0)).toBe(topic.queuedBatches(0) > 0)
      return accumulator.append(topic, { value })
    })
    // Four of about 1 001 bytes leave 31.
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(room)
    expect(topic.tailOpen(0)).toBe(false)
    const [batch] = accumulator.drain()
    expect(batch).toMatchObject({ count: 4, topic: 'orders', partition: 0, codecId: 0 })
    expect(batch!.payload.byteLength).toBe(sizes.reduce((sum, size) => sum + size))
  })

  it('leaves a batch open while another average record fits', () => {
    const accumulator = new TestAccumulator({ batchBytes: 4_096 })
    const topic = accumulator.topic()
    for (let i = 0; i < 3; i++) accumulator.append(topic, { value: Buffer.alloc(993) })
    expect(topic.tailOpen(0)).toBe(true)
  })

  it('leaves a batch open that has room for just one more of its average records', () => {
    const value = Buffer.alloc(490)
    const bytes = 490 + 9
    for (const [left, open] of [
      [0, true],
      [-1, false],
    ] as const) {
      const accumulator = new TestAccumulator({ batchBytes: 61 + 4 * bytes + left })
      const topic = accumulator.topic()
      for (let i = 0; i < 3; i++) expect(accumulator.append(topic, { value })).toBe(bytes)
      expect(topic.tailOpen(0)).toBe(open)
    }
  })

  it('seals a batch at batchRecords', () => {
    const accumulator = new TestAccumulator({ batchRecords: 3 })
    const topic = accumulator.topic()
    for (const value of ['a', 'b', 'c', 'd']) accumulator.append(topic, { value })
    expect(valuesOf(accumulator.drain())).toEqual([['a', 'b', 'c']])
    expect(topic.tailOpen(0)).toBe(true)
  })

  it('begins a new batch for a record that does not fit, and never exceeds batchBytes', () => {
    const accumulator = new TestAccumulator({ batchBytes: 4_096 })
    const topic = accumulator.topic()
    accumulator.append(topic, { value: Buffer.alloc(500) })
    accumulator.append(topic, { value: Buffer.alloc(3_700) })
    accumulator.runtime.endTurn()
    const [first] = accumulator.drain()
    const [second] = accumulator.drain()
    expect([first!.count, second!.count]).toEqual([1, 1])
    expect(second!.payload.byteLength).toBeGreaterThan(3_700)
  })

  it('gives a record over batchBytes a batch of its own, and the next batch its usual size', () => {
    const accumulator = new TestAccumulator({ batchBytes: 4_096 })
    const topic = accumulator.topic()
    accumulator.append(topic, { value: 'small' })
    accumulator.append(topic, { value: Buffer.alloc(50_000) })
    expect(topic.tailOpen(0)).toBe(false)
    for (let i = 0; i < 4; i++) accumulator.append(topic, { value: Buffer.alloc(993) })
    expect(topic.tailOpen(0)).toBe(false)
    const batches = accumulator.drainAll()
    expect(batches.map(({ count }) => count)).toEqual([1, 1, 4])
    expect(batches[2]!.payload.byteLength).toBeLessThanOrEqual(room)
    const capacities = accumulator.sent.flatMap((message) =>
      message.type === 'sealed' ? [message.batch.buffer.byteLength] : [],
    )
    expect(capacities[0]).toBe(1_024)
    expect(capacities[1]).toBe(recordSize(null, Buffer.alloc(50_000), null))
    expect(capacities[2]).toBe(room)
  })

  it('grows by doubling to what a full batch needs, and the next batch begins there', () => {
    const accumulator = new TestAccumulator({ batchBytes: 16_384, lingerMs: 100 })
    const topic = accumulator.topic()
    const capacities: number[] = []
    while (capacities.length === 0 || topic.tailOpen(0)) {
      accumulator.append(topic, { value: Buffer.alloc(60) })
      const capacity = accumulator.sent.findLast((message) => message.type === 'sealed')
      if (capacity?.type === 'sealed') capacities.push(capacity.batch.buffer.byteLength)
      else capacities.push(0)
    }
    expect(capacities.at(-1)).toBe(16_384 - 61)
    accumulator.append(topic, { value: 'next' })
    accumulator.runtime.advance(100)
    accumulator.drainAll()
    const sealed = accumulator.sent.filter((message) => message.type === 'sealed')
    expect(sealed.map(({ batch }) => batch.buffer.byteLength)).toEqual([16_323, 16_323])
  })

  it('gives a batch with a single small record a small buffer', () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.topic('orders', 100)
    for (let partition = 0; partition < 100; partition++) {
      accumulator.append(topic, { partition, value: 'small' })
    }
    accumulator.runtime.endTurn()
    accumulator.drain()
    const sealed = accumulator.sent.filter((message) => message.type === 'sealed')
    expect(sealed.map(({ batch }) => batch.buffer.byteLength)).toEqual(Array(100).fill(1_024))
  })
})

describe('the bytes of a batch', () => {
  it('are exactly the records appended, whatever is in them', () => {
    const accumulator = new TestAccumulator({ lingerMs: 5 })
    const topic = accumulator.topic()
    const long = 'ÅØæ€𝄞 '.repeat(300)
    const appended = [
      { key: 'k', value: 'v', headers: null, timestamp: 1_000 },
      { key: null, value: null, headers: [], timestamp: 3_000 },
      { key: '', value: '', headers: ['', ''], timestamp: 2_000 },
      { key: 'schlüssel', value: long, headers: ['é', long, 'é', null], timestamp: 2_000 },
      { key: long, value: 'x'.repeat(5_000), headers: null, timestamp: 0 },
    ]
    for (const record of appended) accumulator.append(topic, record)
    const bytes = Buffer.from([0, 255, 128, 13])
    accumulator.append(topic, { key: bytes, value: bytes, headers: ['raw', bytes], timestamp: 1 })
    accumulator.runtime.advance(5)
    const [batch] = accumulator.drain()
    expect(batch).toMatchObject({ count: 6, baseTimestamp: 1_000, maxTimestamp: 3_000 })
    const pairs = (flat: (string | null)[]): [string, string | null][] =>
      flat.flatMap((name, at) => (at % 2 === 0 ? [[name!, flat[at + 1]!]] : []))
    expect(recordsOf(batch!)).toEqual([
      ...appended.map((record) => ({ ...record, headers: pairs(record.headers ?? []) })),
      {
        key: bytes.toString(),
        value: bytes.toString(),
        headers: [['raw', bytes.toString()]],
        timestamp: 1,
      },
    ])
  })

  it('are copied at append: what the caller writes afterwards is not sent', () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.topic()
    const value = Buffer.from('before')
    accumulator.append(topic, { value })
    value.write('after!')
    accumulator.runtime.endTurn()
    expect(valuesOf(accumulator.drain())).toEqual([['before']])
  })

  it('survive the growth of their batch', () => {
    const accumulator = new TestAccumulator({ lingerMs: 5 })
    const topic = accumulator.topic()
    const values = Array.from({ length: 700 }, (_, i) => `value ${i}`)
    for (const value of values) accumulator.append(topic, { value })
    accumulator.runtime.advance(5)
    expect(valuesOf(accumulator.drain())).toEqual([values])
  })
})
