import { describe, expect, it } from 'vitest'
import type { AccumulatorOptions, SealedEvent } from '../src/index.js'
import { TestAccumulator } from './test-accumulator.js'

/** An accumulator, and what its observer was told. */
function observed(options: AccumulatorOptions = {}): [TestAccumulator, SealedEvent[]] {
  const events: SealedEvent[] = []
  const observer = { sealed: (event: SealedEvent) => void events.push(event) }
  return [new TestAccumulator({ ...options, observer }), events]
}

describe('the observer of the accumulator', () => {
  it('is told of a sealed batch with its records, its bytes and how long it was open', () => {
    const [accumulator, events] = observed({ batchRecords: 2, lingerMs: 100 })
    const topic = accumulator.topic()
    const first = accumulator.append(topic, { partition: 3, value: 'a' })
    accumulator.runtime.advance(40)
    expect(events).toEqual([])
    const second = accumulator.append(topic, { partition: 3, value: 'bc' })
    const place = { topic: 'orders', partition: 3 }
    const bytes = first + second
    expect(events).toEqual([{ ...place, records: 2, bytes, openMs: 40, reason: 'full' }])
  })

  it('is told after the queue has the batch', () => {
    const waiting: boolean[] = []
    const accumulator: TestAccumulator = new TestAccumulator({
      batchRecords: 1,
      observer: { sealed: () => void waiting.push(accumulator.ready().nodes.size > 0) },
    })
    accumulator.append(accumulator.topic(), {})
    expect(waiting).toEqual([true])
  })

  it('is told that a batch was full when the next record did not fit', () => {
    const [accumulator, events] = observed({ batchBytes: 1_024 })
    const topic = accumulator.topic()
    accumulator.append(topic, { value: 'v'.repeat(400) })
    accumulator.append(topic, { value: 'v'.repeat(900) })
    const told = events.map(({ records, reason }) => [records, reason])
    expect(told).toEqual([
      [1, 'full'],
      [1, 'full'],
    ])
  })

  it('is told that a due batch was wanted', () => {
    const [accumulator, events] = observed()
    accumulator.append(accumulator.topic(), {})
    accumulator.runtime.endTurn()
    accumulator.drain()
    expect(events.map(({ reason }) => reason)).toEqual(['wanted'])
  })

  it('is told that a batch was too old', () => {
    const [accumulator, events] = observed()
    accumulator.append(accumulator.topic(), {})
    accumulator.runtime.advance(1_000)
    expect(events).toMatchObject([{ openMs: 1_000, reason: 'tooOld' }])
  })

  it('is told that a topic was created again', () => {
    const [accumulator, events] = observed()
    accumulator.append(accumulator.topic(), {})
    accumulator.learn('orders', 4, null, 'second')
    expect(events.map(({ reason }) => reason)).toEqual(['topicRecreated'])
  })

  it('is not told of a batch that was aborted', () => {
    const [accumulator, events] = observed()
    accumulator.append(accumulator.topic(), {})
    void accumulator.front.close()
    expect(events).toEqual([])
  })

  it('need not have the method', () => {
    const accumulator = new TestAccumulator({ batchRecords: 1, observer: {} })
    accumulator.append(accumulator.topic(), {}, 'a')
    accumulator.acknowledgeAll()
    expect(accumulator.tags).toEqual(['a'])
  })
})
