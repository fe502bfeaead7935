import { describe, expect, it } from 'vitest'
import { valuesOf } from '../src/testing/stand/read-batch.js'
import { type TestSetting, TestAccumulator, wait } from './test-accumulator.js'

/** A topic with one record in partition 0. */
function withOne(setting: TestSetting) {
  const accumulator = new TestAccumulator(setting)
  const topic = accumulator.topic()
  accumulator.append(topic, { value: 'first' })
  return { accumulator, topic }
}

describe('lingerMs: 0', () => {
  it('makes a batch due at the end of the turn, not before', () => {
    const { accumulator, topic } = withOne({})
    expect(accumulator.ready().nodes.size).toBe(0)
    accumulator.append(topic, { value: 'second' })
    accumulator.runtime.endTurn()
    expect([...accumulator.ready().nodes]).toEqual([0])
    expect(valuesOf(accumulator.drain())).toEqual([['first', 'second']])
  })

  it('lets a batch go on filling while its broker is busy', () => {
    const { accumulator, topic } = withOne({})
    accumulator.runtime.endTurn()
    expect(accumulator.drain({ busy: true })).toEqual([])
    accumulator.append(topic, { value: 'second' })
    accumulator.runtime.endTurn()
    expect(accumulator.drain({ busy: true })).toEqual([])
    expect(topic.tailOpen(0)).toBe(true)
    expect(valuesOf(accumulator.drain())).toEqual([['first', 'second']])
  })

  it('gives a busy broker what is full', () => {
    const { accumulator, topic } = withOne({ batchRecords: 2 })
    accumulator.runtime.endTurn()
    accumulator.append(topic, { value: 'second' })
    expect(valuesOf(accumulator.drain({ busy: true }))).toEqual([['first', 'second']])
  })

  it('makes each turn’s new batch due, but no batch twice', () => {
    const { accumulator, topic } = withOne({})
    accumulator.runtime.endTurn()
    accumulator.append(topic, { partition: 1, value: 'other' })
    accumulator.append(topic, { value: 'second' })
    accumulator.runtime.endTurn()
    const due = accumulator.sent.filter(({ type }) => type === 'due')
    expect(due).toEqual([
      { type: 'due', topic: 'orders', partition: 0, patient: true },
      { type: 'due', topic: 'orders', partition: 1, patient: true },
    ])
  })
})

describe('a set lingerMs', () => {
  it('makes a batch due after it, not before, even for a busy broker', () => {
    const { accumulator, topic } = withOne({ lingerMs: 50 })
    accumulator.runtime.advance(49)
    expect(accumulator.ready().nodes.size).toBe(0)
    accumulator.append(topic, { value: 'second' })
    accumulator.runtime.advance(1)
    expect(valuesOf(accumulator.drain({ busy: true }))).toEqual([['first', 'second']])
  })

  it('counts from each batch’s own first record', () => {
    const { accumulator, topic } = withOne({ lingerMs: 50 })
    accumulator.runtime.advance(20)
    accumulator.append(topic, { partition: 1, value: 'later' })
    accumulator.runtime.advance(30)
    expect(valuesOf(accumulator.drainAll())).toEqual([['first']])
    accumulator.runtime.advance(19)
    expect(accumulator.drainAll()).toEqual([])
    accumulator.runtime.advance(1)
    expect(valuesOf(accumulator.drainAll())).toEqual([['later']])
  })

  it('holds again after a pause in which nothing lingered', () => {
    const { accumulator, topic } = withOne({ lingerMs: 50 })
    for (const value of ['second', 'third']) {
      accumulator.runtime.advance(200)
      accumulator.drainAll()
      accumulator.append(topic, { value })
      accumulator.runtime.advance(49)
      expect(accumulator.drainAll()).toEqual([])
      accumulator.runtime.advance(1)
      expect(valuesOf(accumulator.drainAll())).toEqual([[value]])
    }
  })

  it('does not hold back a full batch', () => {
    const { accumulator, topic } = withOne({ lingerMs: 50, batchRecords: 2 })
    accumulator.append(topic, { value: 'second' })
    expect(valuesOf(accumulator.drain())).toEqual([['first', 'second']])
  })
})

describe('an old batch', () => {
  it('is sealed a second after it was opened, however busy its broker is', () => {
    const { accumulator, topic } = withOne({})
    accumulator.runtime.advance(999)
    expect(topic.tailOpen(0)).toBe(true)
    accumulator.runtime.advance(1)
    expect(topic.tailOpen(0)).toBe(false)
    accumulator.append(topic, { value: 'second' })
    expect(valuesOf(accumulator.drainAll({ busy: true }))).toEqual([['first']])
  })

  it('is sealed after lingerMs where that is longer', () => {
    const { accumulator, topic } = withOne({ lingerMs: 3_000 })
    accumulator.runtime.advance(2_999)
    expect(topic.tailOpen(0)).toBe(true)
    accumulator.runtime.advance(1)
    expect(topic.tailOpen(0)).toBe(false)
  })

  it('is sealed at half of a deliveryTimeoutMs below two seconds, so that it can expire in time', () => {
    const { accumulator, topic } = withOne({ deliveryTimeoutMs: 600 })
    accumulator.runtime.advance(299)
    expect(topic.tailOpen(0)).toBe(true)
    accumulator.runtime.advance(1)
    expect(topic.tailOpen(0)).toBe(false)
  })

  it('takes no record even when its timer is late', () => {
    const { accumulator, topic } = withOne({})
    accumulator.runtime.endTurn()
    accumulator.runtime.block(1_000)
    accumulator.append(topic, { value: 'second' })
    expect(topic.queuedBatches(0)).toBe(2)
    accumulator.runtime.advance(0)
    const [first, second] = accumulator.drainAll()
    expect(valuesOf([first!, second!])).toEqual([['first'], ['second']])
    expect(second!.deadline - first!.deadline).toBe(1_000)
  })

  it('has the time of its own opening, even late in a long turn', () => {
    const { accumulator, topic } = withOne({})
    accumulator.runtime.block(300)
    accumulator.append(topic, { partition: 1, value: 'second' })
    accumulator.runtime.endTurn()
    const [first, second] = accumulator.drain()
    expect(second!.since - first!.since).toBe(300)
    expect(accumulator.front.timestamp()).toBe(accumulator.runtime.wallClock())
  })

  it('has its deadline deliveryTimeoutMs after its first record', () => {
    const { accumulator, topic } = withOne({ deliveryTimeoutMs: 30_000 })
    const opened = accumulator.runtime.now()
    accumulator.runtime.advance(500)
    accumulator.append(topic, { value: 'second' })
    const [batch] = accumulator.drain()
    expect(batch).toMatchObject({ count: 2, since: opened, deadline: opened + 30_000 })
  })
})

describe('a wanted batch', () => {
  it('stays open when it is not due', () => {
    const { accumulator, topic } = withOne({ lingerMs: 50 })
    accumulator.front.receive({ type: 'wanted', topic: 'orders', partition: 0 })
    expect(topic.tailOpen(0)).toBe(true)
  })

  it('is sealed when it is due', () => {
    const { accumulator, topic } = withOne({ lingerMs: 50 })
    accumulator.runtime.advance(50)
    expect(topic.tailOpen(0)).toBe(true)
    accumulator.front.receive({ type: 'wanted', topic: 'orders', partition: 0 })
    expect(topic.tailOpen(0)).toBe(false)
  })
})

describe('flush', () => {
  it('makes every open batch due at once', () => {
    const { accumulator, topic } = withOne({ lingerMs: 10_000 })
    accumulator.append(topic, { partition: 2, value: 'other' })
    void accumulator.front.flush()
    expect(valuesOf(accumulator.drain({ busy: true }))).toEqual([['first'], ['other']])
  })

  it('does so at once, even when it has to wait for records that wait', () => {
    const { accumulator } = withOne({ lingerMs: 10_000 })
    const unknown = accumulator.front.forTopic('unknown')
    wait(unknown, { bytes: 1, resume: () => true, fail: () => {} })
    void accumulator.front.flush()
    expect(valuesOf(accumulator.drain())).toEqual([['first']])
  })

  it('makes a patient batch impatient', () => {
    const { accumulator } = withOne({})
    accumulator.runtime.endTurn()
    void accumulator.front.flush()
    expect(valuesOf(accumulator.drain({ busy: true }))).toEqual([['first']])
  })

  it('leaves the linger of later batches alone', () => {
    const { accumulator, topic } = withOne({ lingerMs: 50 })
    void accumulator.front.flush()
    accumulator.append(topic, { partition: 2, value: 'later' })
    expect(valuesOf(accumulator.drain())).toEqual([['first']])
    void accumulator.front.flush()
    expect(valuesOf(accumulator.drain())).toEqual([['later']])
  })
})
