import { describe, expect, it } from 'vitest'
import type { Delivery } from '../src/index.js'
import { TestAccumulator } from './test-accumulator.js'

describe('the end of a batch', () => {
  it.each([
    ['the same values for all', ['x', 'x', 'x', 'x'], ['y', 'y', 'y', 'y']],
    ['others for the last record', ['x', 'x', 'x', 'z'], ['y', 'y', 'y', 'y']],
    ['another second value in the middle', ['x', 'x', 'x', 'x'], ['y', 'y', 'z', 'y']],
    ['values for the first record only', ['x', undefined, undefined, undefined], ['y']],
    ['values for all but the first', [undefined, 'x', 'x', 'x'], [undefined, 'y', 'y', 'y']],
  ])('gives each record its own values: %s', (_, as, bs) => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.topic()
    const told: unknown[] = []
    const delivery: Delivery = { heldBytes: 0, settle: (...[, ...own]) => void told.push(own) }
    const record = { partition: 0, key: null, value: 'v', headers: null, timestamp: 5 }
    for (const [at, a] of as.entries()) topic.append(record, delivery, a, bs[at])
    accumulator.runtime.endTurn()
    accumulator.acknowledge(accumulator.drain()[0]!)
    expect(told).toEqual(as.map((a, at) => [at, a, bs[at]]))
  })

  it('tells the offset of any record, in whatever order and however often it is asked', () => {
    const accumulator = new TestAccumulator()
    const topic = accumulator.topic()
    const offsets: bigint[] = []
    const curious: Delivery = {
      heldBytes: 0,
      settle: (settlement, index) => {
        for (const asked of [2 - index, index, index])
          offsets.push(settlement.metadata(asked).offset)
      },
    }
    for (const tag of ['a', 'b', 'c']) accumulator.append(topic, {}, tag, curious)
    accumulator.runtime.endTurn()
    accumulator.acknowledge(accumulator.drain()[0]!, 10n)
    expect(offsets).toEqual([12n, 10n, 10n, 11n, 11n, 11n, 10n, 12n, 12n])
  })
})
