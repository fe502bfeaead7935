import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'
import { played, playOrders } from './play-orders.js'

const topics = { orders: { partitions: 3 }, bills: { partitions: 3 } }

test('a service written for kafkajs works on Sluice by the alias alone', async () => {
  await using cluster = await createEmbeddedCluster({ topics })
  const lines = await playOrders(cluster.bootstrapServers)
  const read = (topic: string) =>
    cluster
      .records(topic, { isolation: 'read_committed' })
      .map(({ partition, key }) => `${partition} ${String(key)}`)
  expect(read('orders').toSorted()).toEqual(played.orders)
  expect(read('bills')).toEqual(played.bills)
  expect(lines).toEqual(played.lines)
})
