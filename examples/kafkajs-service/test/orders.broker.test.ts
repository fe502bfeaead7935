import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'
import { Orders } from '../src/orders.js'

const topics = { orders: { partitions: 3 }, bills: { partitions: 3 } }

test('a service written for kafkajs works on Sluice by the alias alone', async () => {
  await using cluster = await createEmbeddedCluster({ topics })
  const lines: string[] = []
  const orders = new Orders({
    brokers: cluster.bootstrapServers,
    log: (line) => lines.push(line),
  })
  await orders.start()
  expect(await orders.take({ id: '1', region: 'us', cents: 5 })).toEqual({
    topicName: 'orders',
    partition: 1,
    errorCode: 0,
    baseOffset: '0',
    logAppendTime: '-1',
    logStartOffset: '0',
  })
  await orders.takeAll(['eu', 'asia', 'moon'].map((region) => ({ id: region, region, cents: 1 })))
  await orders.bill({ id: '2', region: 'eu', cents: 7 })
  await expect(orders.bill({ id: '3', region: 'eu', cents: -1 })).rejects.toThrow(
    'less than nothing',
  )
  await orders.stop()
  const read = (topic: string) =>
    cluster
      .records(topic, { isolation: 'read_committed' })
      .map(({ partition, key }) => `${partition} ${String(key)}`)
  expect(read('orders').toSorted()).toEqual(['0 2', '0 eu', '1 1', '2 asia', '2 moon'])
  expect(read('bills')).toEqual(['0 2'])
  expect(orders.requests).toBeGreaterThan(0)
  expect(lines).toEqual([
    'WARN Producer: Limiting retries for the idempotent producer may invalidate EoS guarantees',
  ])
})
