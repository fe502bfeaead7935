import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { createProducer } from '@sluice/producer'
import { expect, test } from 'vitest'
import { watchProducers } from '../src/watch-producers.js'

test('slow batches and failed records of each producer are told, until the watch ends', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { orders: { partitions: 1 } } })
  const lines: string[] = []
  const end = watchProducers((line) => lines.push(line.replace(/\d+(\.\d+)? ms/, 'N ms')), 0)
  const { bootstrapServers } = cluster
  await using one = createProducer({ bootstrapServers })
  await using other = createProducer({ bootstrapServers })
  await one.send({ topic: 'orders', value: 'paid' })
  await other.send({ topic: 'not legal', value: '' }).catch(() => {})
  await other.send({ topic: 'orders', value: 'paid' })
  await other.close()
  end()
  await one.send({ topic: 'orders', value: 'unheard' })
  const told = lines.map((line) => line.replace(/^producer \d+: /, ''))
  expect(told).toEqual([
    '1 records to orders-0, N ms',
    '1 of null: INVALID_TOPIC_EXCEPTION, persisted: no',
    '1 records to orders-0, N ms',
  ])
  const producers = lines.map((line) => line.split(':', 1)[0])
  expect(producers[1]).toBe(producers[2])
  expect(producers[0]).not.toBe(producers[1])
})
