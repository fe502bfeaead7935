import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { createProducer } from '@sluice/producer'
import { expect, test } from 'vitest'
import { batchFill } from '../src/batch-fill.js'

const topics = { orders: { partitions: 1 }, parcels: { partitions: 1 } }

test.each([false, true])(
  "the fill of each topic's batches is counted, with a sender's thread: %s",
  async (senderThread) => {
    await using cluster = await createEmbeddedCluster({ topics })
    const { observer, topics: fills } = batchFill()
    const { bootstrapServers } = cluster
    const options = { bootstrapServers, observer, senderThread, batchBytes: 1_024 }
    const producer = createProducer(options)
    await Promise.all(
      Array.from({ length: 20 }, () => producer.send({ topic: 'orders', value: 'x'.repeat(100) })),
    )
    await producer.send({ topic: 'parcels', value: 'sent' })
    await producer.close()
    expect(fills.get('parcels')).toEqual({ batches: 1, records: 1, full: 0 })
    const { batches, records, full } = fills.get('orders')!
    expect(records).toBe(20)
    expect(full).toBe(batches - 1)
    expect(batches).toBeGreaterThan(1)
  },
)
