import { gzip } from '@sluice/protocol/gzip'
import { describe, expect, it } from 'vitest'
import type {
  AccumulatorOptions,
  CompressedEvent,
  SealedEvent,
  SettledEvent,
} from '../src/index.js'
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
    const since = accumulator.runtime.now() - 40
    expect(events).toEqual([{ ...place, records: 2, bytes, since, openMs: 40, reason: 'full' }])
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

  it('is told of records that have settled, and how, before their deliveries hear of it', () => {
    const events: SettledEvent[] = []
    const deliveries: number[] = []
    const accumulator: TestAccumulator = new TestAccumulator({
      observer: {
        settled: (event) => {
          events.push(event)
          deliveries.push(accumulator.settled.length)
        },
      },
    })
    const topic = accumulator.topic()
    const since = accumulator.runtime.now()
    for (const partition of [1, 1, 2]) accumulator.append(topic, { partition })
    accumulator.runtime.endTurn()
    accumulator.acknowledgeAll()
    accumulator.append(topic, { partition: 1 })
    void accumulator.front.close()
    const good = { topic: 'orders', since, errorCode: null }
    expect(events).toEqual([
      { ...good, partition: 1, records: 2 },
      { ...good, partition: 2, records: 1 },
      { topic: 'orders', partition: 1, records: 1, since, errorCode: 'PRODUCER_CLOSED' },
    ])
    expect(deliveries).toEqual([0, 2, 3])
  })

  it('is told how small a batch became', () => {
    const events: CompressedEvent[] = []
    const codec = gzip()
    const accumulator = new TestAccumulator({
      compression: codec,
      observer: { compressed: (event) => void events.push(event) },
    })
    const bytes = accumulator.append(accumulator.topic(), { value: 'v'.repeat(500) })
    accumulator.runtime.endTurn()
    const [batch] = accumulator.drain()
    const at = accumulator.runtime.now()
    const payloadBytes = batch!.payload.byteLength
    expect(events).toEqual([{ topic: 'orders', at, recordBytes: bytes, payloadBytes }])
  })

  it('need not have the method', () => {
    const accumulator = new TestAccumulator({ batchRecords: 1, observer: {} })
    accumulator.append(accumulator.topic(), {}, 'a')
    accumulator.acknowledgeAll()
    expect(accumulator.tags).toEqual(['a'])
  })
})
