import { describe, expect, it } from 'vitest'
import type { Placer } from '../src/index.js'
import { TestAccumulator } from './test-accumulator.js'

const empty = { waitingRecords: 0, waitingBytes: 0, unsettledRecords: 0, acknowledgedRecords: 0 }
const noTimes = { waitingSince: null, sealedSince: null, unsettledSince: null }

describe('the figures of the front', () => {
  it('of one that has no records are zero, with all its memory free', () => {
    const { front } = new TestAccumulator({ bufferBytes: 100_000 })
    const memory = { bufferTotalBytes: 100_000, bufferAvailableBytes: 100_000 }
    expect(front.figures()).toEqual({ ...memory, ...empty, ...noTimes, leftInTurn: 0 })
  })

  it('count records in batches, their memory, and since when the oldest batch is there', () => {
    const accumulator = new TestAccumulator({ bufferBytes: 100_000 })
    const topic = accumulator.topic()
    const since = accumulator.runtime.now()
    accumulator.append(topic, { partition: 0 })
    accumulator.append(topic, { partition: 0 })
    accumulator.runtime.advance(30)
    accumulator.append(topic, { partition: 1 })
    const figures = accumulator.front.figures()
    expect(figures).toMatchObject({ ...empty, unsettledRecords: 3, unsettledSince: since })
    expect(figures.bufferAvailableBytes).toBeLessThan(100_000)
  })

  it('tell since when the first of the unsettled batches is sealed, whatever lingers', () => {
    const accumulator = new TestAccumulator({ lingerMs: 500, batchRecords: 2 })
    const topic = accumulator.topic()
    accumulator.append(topic, { partition: 0 })
    accumulator.runtime.advance(100)
    accumulator.append(topic, { partition: 1 })
    expect(accumulator.front.figures().sealedSince).toBeNull()
    accumulator.append(topic, { partition: 1 })
    const sealedSince = accumulator.runtime.now()
    accumulator.runtime.advance(100)
    expect(accumulator.front.figures()).toMatchObject({ sealedSince, unsettledRecords: 3 })
    accumulator.acknowledgeAll()
    expect(accumulator.front.figures().sealedSince).toBeNull()
  })

  it('count what was acknowledged and not what has failed, and give its memory back', () => {
    const accumulator = new TestAccumulator({ bufferBytes: 100_000 })
    const topic = accumulator.topic()
    for (const partition of [0, 0, 1]) accumulator.append(topic, { partition })
    accumulator.runtime.endTurn()
    accumulator.acknowledgeAll()
    accumulator.append(topic, {})
    void accumulator.front.close()
    const figures = accumulator.front.figures()
    expect(figures).toMatchObject({ ...empty, ...noTimes, acknowledgedRecords: 3 })
    expect(figures.bufferAvailableBytes).toBe(100_000)
  })

  it('count records that wait, those included for which one of them stands', () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.front.forTopic('unknown')
    const since = accumulator.runtime.now()
    const record = { partition: -1, key: null, value: null, headers: null, timestamp: 0 }
    const waitWith = (placer: Placer): number =>
      topic.wait(record, accumulator.delivery, undefined, undefined, placer)
    waitWith({ place: () => true })
    accumulator.runtime.advance(100)
    waitWith({ inParts: true, waitingRecords: 500, place: () => true })
    const figures = accumulator.front.figures()
    expect(figures).toMatchObject({ waitingRecords: 501, waitingSince: since })
    expect(figures.waitingBytes).toBeGreaterThan(0)
    expect(accumulator.front.unsettled?.()).toBe(501)
  })

  it('count a record that was let go in its own turn and found no room, for it has no end', () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.front.forTopic('orders')
    const leaving: Placer = {
      place: () => {
        topic.leave(ticket)
        return false
      },
    }
    const record = { partition: -1, key: null, value: null, headers: null, timestamp: 0 }
    const ticket = topic.wait(record, accumulator.delivery, undefined, undefined, leaving)
    accumulator.learn('orders', 1)
    expect(accumulator.front.figures()).toMatchObject({ ...empty, leftInTurn: 1 })
    expect(accumulator.settled).toEqual([])
  })
})
