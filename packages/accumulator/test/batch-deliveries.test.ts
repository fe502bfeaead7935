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

/** As many open batches as there are partitions; the last batch of each had very many records. */
function openBatches(records: number): { batches: BatchDeliveries[]; bytesEach: number } {
  const before = heapInUse()
  const batches = Array.from({ length: 500 }, () => {
    const deliveries = new BatchDeliveries(delivery, 0, 8_000)
    for (let index = 0; index < records; index++) deliveries.add(delivery, 0, openBatches, index)
    return deliveries
  })
  return { batches, bytesEach: (heapInUse() - before) / batches.length }
}

test.each([
  [1, 2_000],
  [65, 7_000],
  [300, 25_000],
])(
  'an open batch of %i records holds at most %i bytes, however many the last batch had',
  (records, most) => {
    const { batches, bytesEach } = openBatches(records)
    expect(bytesEach).toBeLessThan(most)
    expect(batches).toHaveLength(500)
  },
)

test.each([0, 1, 63, 64, 65, 500, 5_000])(
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
    for (let index = 0; index < 1_000; index++) deliveries.add(telling, 0, ...values(index))
    deliveries.settle({ error: null, metadata: () => null as never }, 0, 1_000, 't', {
      error: () => {},
    })
    expect(told).toEqual(Array.from({ length: 1_000 }, (_, index) => [index, ...values(index)]))
  },
)
