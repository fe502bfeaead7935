import { type KafkaCluster, isExternal, readWithJava, startKafka } from '@sluice/test-kafka'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { played, playOrders } from './play-orders.js'

let kafka: KafkaCluster

beforeAll(async () => {
  kafka = await startKafka({
    topics: ['orders', 'bills'].map((name) => ({ name, partitions: 3 })),
  })
})
afterAll(() => kafka?.stop())

test('a service written for kafkajs works on Sluice and a real Kafka by the alias alone', async ({
  skip,
}) => {
  if (isExternal(kafka)) skip('its topics are there already')
  const lines = await playOrders(kafka.bootstrapServers.split(','))
  const read = async (topic: string) => {
    const found = await readWithJava(kafka.bootstrapServers, topic, { isolation: 'read_committed' })
    return found.map(({ partition, key }) => `${partition} ${String(key)}`)
  }
  expect((await read('orders')).toSorted()).toEqual(played.orders)
  expect(await read('bills')).toEqual(played.bills)
  expect(lines).toEqual(played.lines)
})
