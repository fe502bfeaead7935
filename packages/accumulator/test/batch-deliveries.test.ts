import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { BatchDeliveries } from '../src/front/batches/batch-deliveries.js'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const delivery = { heldBytes: 0, settle: () => {} }

function heapInUse(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

/** The open batches of 500 partitions. The last batch of each had as many records as are expected. */
function openBatches(
  records: number,
  expected: number,
): { batches: BatchDeliveries[]; bytesEach: number } {
  const before = heapInUse()
  const batches = Array.from({ length: 500 }, () => {
    const deliveries = new BatchDeliveries(delivery, 0, expected)
    for (let index = 0; index < records; index++) deliveries.add(delivery, 0, openBatches, index)
    return deliveries
  })
  return { batches, bytesEach: (heapInUse() - before) / batches.length }
}

test.each([
  [1, 0, 600],
  [1, 8_000, 18_000],
  [1_000, 8_000, 18_000],
  [2_000, 0, 80_000],
])(
  'an open batch of %i records, where the last one had %i, holds at most %i bytes',
  (records, expected, most) => {
    const { batches, bytesEach } = openBatches(records, expected)
    expect(bytesEach).toBeLessThan(most)
    expect(batches).toHaveLength(500)
  },
)

test.each([0, 1, 1_023, 1_024, 1_025, 5_000])(
  'where %i records are expected, each is told with its own values',
  (expected) => {
    const deliveries = new BatchDeliveries(delivery, 0, expected)
    const told: unknown[] = []
    const telling = {
      heldBytes: 0,
      settle: (_: unknown, index: number, a: unknown, b: unknown) => void told.push([index, a, b]),
    }
    const values = (index: number): [unknown, unknown] =>
      index % 3 === 0 ? [undefined, undefined] : [index, -index]
    for (let index = 0; index < 3_000; index++) deliveries.add(telling, 0, ...values(index))
    deliveries.settle({ error: null, metadata: () => null as never }, 0, 3_000, 't', {
      error: () => {},
    })
    expect(told).toEqual(Array.from({ length: 3_000 }, (_, index) => [index, ...values(index)]))
  },
)
