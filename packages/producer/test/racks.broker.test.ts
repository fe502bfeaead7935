import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { rackAware, roundRobinPartitioner } from '@sluice/partitioner'
import { expect, test } from 'vitest'
import { createProducer } from '../src/index.js'
import { threadMode } from './sender-thread-mode.js'

test.each([
  ['stay in the rack of the producer', 'b', [1, 4]],
  ['go everywhere while no leader is in its rack', 'elsewhere', [0, 1, 2, 3, 4, 5]],
])('records without a key %s', async (_, rack, expected) => {
  await using cluster = await createEmbeddedCluster({
    brokers: 3,
    racks: ['a', 'b', 'c'],
    topics: { orders: { partitions: 6 } },
  })
  const producer = createProducer({
    ...threadMode,
    bootstrapServers: cluster.bootstrapServers,
    partitioner: rackAware(roundRobinPartitioner(), { rack }),
  })
  await producer.sendMany(Array.from({ length: 60 }, () => ({ topic: 'orders', value: 'paid' })))
  await producer.close()
  const partitions = new Set(cluster.records('orders').map(({ partition }) => partition))
  expect([...partitions]).toEqual(expected)
})
