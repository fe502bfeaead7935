import { describe, expect, it } from 'vitest'
import { TestAccumulator } from './test-accumulator.js'

describe('the queues of the front', () => {
  it('tell of each partition its open batch, its sealed ones, and since when they are there', () => {
    const accumulator = new TestAccumulator({ lingerMs: 500, batchRecords: 2 })
    const topic = accumulator.topic()
    for (const partition of [1, 1, 1]) accumulator.append(topic, { partition })
    accumulator.runtime.advance(40)
    const queues = accumulator.front.queues!()
    expect(queues).toEqual([
      {
        topic: 'orders',
        partition: 1,
        leader: 0,
        records: 3,
        bytes: expect.any(Number),
        sealedBatches: 1,
        openShare: expect.any(Number),
        oldestMs: 40,
      },
    ])
    expect(queues[0]!.openShare).toBeGreaterThan(0)
    expect(queues[0]!.openShare).toBeLessThan(1)
  })

  it('tell each partition by itself, in the order in which their oldest batches were opened', () => {
    const accumulator = new TestAccumulator({ lingerMs: 500 })
    const topic = accumulator.topic()
    for (const [partition, size] of [10, 400, 90].entries())
      accumulator.append(topic, { partition, value: Buffer.alloc(size) })
    const queues = accumulator.front.queues!()
    expect(queues).toMatchObject(
      [0, 1, 2].map((partition) => ({ partition, leader: 0, records: 1, sealedBatches: 0 })),
    )
    expect(queues[1]!.bytes).toBeGreaterThan(queues[0]!.bytes + queues[2]!.bytes)
  })

  it('forget a partition when its records have settled', () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.topic()
    accumulator.append(topic, { partition: 0 })
    accumulator.runtime.endTurn()
    expect(accumulator.front.queues!()).toHaveLength(1)
    accumulator.acknowledgeAll()
    expect(accumulator.front.queues!()).toEqual([])
  })
})
