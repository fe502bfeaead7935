import { createEmbeddedCluster } from '@sluice/embedded-broker'
import type { Consumer } from 'kafkajs-original'
import { expect, test } from 'vitest'
import { clients } from './side-by-side.js'

/** Runs the consumer until it is a member. @returns its id */
function joined(consumer: Consumer): Promise<string> {
  return new Promise((resolve, reject) => {
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => resolve(payload.memberId))
    consumer.run({ eachMessage: async () => {} }).catch(reject)
  })
}

test.each(Object.entries(clients))(
  'offsets of a consumer that the group has thrown out are committed all the same, for a producer of kafkajs tells no generation: %s',
  async (_, Kafka) => {
    await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
    const kafka = new Kafka({ brokers: cluster.bootstrapServers, logLevel: 0 })
    const consumer = kafka.consumer({
      groupId: 'g',
      heartbeatInterval: 60_000,
      sessionTimeout: 90_000,
    })
    const producer = kafka.producer({ transactionalId: 'tx', idempotent: true })
    await Promise.all([consumer.connect(), producer.connect()])
    await consumer.subscribe({ topic: 't' })
    const memberId = await joined(consumer)
    const transaction = await producer.transaction()
    cluster.evictMember('g', memberId)
    await transaction.sendOffsets({
      consumerGroupId: 'g',
      topics: [{ topic: 't', partitions: [{ partition: 0, offset: '7' }] }],
    })
    await transaction.commit()
    expect(cluster.committedOffsets('g')).toMatchObject([{ topic: 't', partition: 0, offset: 7n }])
    await Promise.all([consumer.disconnect(), producer.disconnect()])
  },
)
