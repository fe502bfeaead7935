import { setTimeout as pause } from 'node:timers/promises'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'
import { createProducer } from '../../src/index.js'

test.each([false, true])(
  'metrics({ queues }) tells what waits for a paused broker, with senderThread %s',
  async (senderThread) => {
    await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 2 } } })
    const { bootstrapServers, brokers } = cluster
    await using producer = createProducer({ bootstrapServers, senderThread, batchRecords: 2 })
    await producer.send({ topic: 't', partition: 1, value: 'v' })
    expect(producer.metrics({ queues: true }).queues).toEqual([])
    const leader = cluster.topic('t')!.partitions[1]!.leader
    const broker = brokers.find(({ nodeId }) => nodeId === leader)!
    broker.pause()
    const sent = [1, 2, 3].map(() => producer.send({ topic: 't', partition: 1, value: 'v' }))
    await pause(1)
    const { queues } = producer.metrics({ queues: true })
    expect(queues).toMatchObject([{ topic: 't', partition: 1, leader, records: 3 }])
    broker.resume()
    await Promise.all(sent)
    expect(producer.metrics({ queues: true }).queues).toEqual([])
  },
)

test('metrics() has no queues unless they are asked for, and refuses what is not true or false', async () => {
  await using producer = createProducer({ bootstrapServers: 'localhost:1' })
  expect(producer.metrics()).not.toHaveProperty('queues')
  expect(producer.metrics({ queues: false })).not.toHaveProperty('queues')
  for (const options of [{ queues: 1 }, { queues: null }, { queue: true }] as object[])
    expect(() => producer.metrics(options)).toThrow(/INVALID_ARGUMENT/)
})
