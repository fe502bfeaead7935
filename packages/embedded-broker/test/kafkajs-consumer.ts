import { Kafka, logLevel, type Consumer } from 'kafkajs'
import { onTestFinished } from 'vitest'
import type { EmbeddedCluster } from '../src/index.js'

/** A consumer of kafkajs in the group `billing`, and what it has read. */
export interface KafkajsConsumer {
  readonly consumer: Consumer
  /** Partition, offset and value of each record, in the order of its reading. */
  readonly read: string[]
}

/** A kafkajs that says nothing, since what it logs is no failure of the test. */
export function kafkajsOf({ bootstrapServers }: EmbeddedCluster): Kafka {
  return new Kafka({ brokers: bootstrapServers, logLevel: logLevel.NOTHING })
}

/** Starts a consumer that commits after each record, and that hears of a rebalance within milliseconds. */
export async function startConsumer(cluster: EmbeddedCluster): Promise<KafkajsConsumer> {
  const quick = { heartbeatInterval: 5, maxWaitTimeInMs: 10 }
  const consumer = kafkajsOf(cluster).consumer({ groupId: 'billing', ...quick })
  onTestFinished(() => consumer.disconnect())
  const read: string[] = []
  await consumer.connect()
  await consumer.subscribe({ topics: ['orders'], fromBeginning: true })
  await consumer.run({
    autoCommitThreshold: 1,
    async eachMessage({ message, partition }) {
      read.push(`${partition} ${message.offset} ${String(message.value)}`)
    },
  })
  return { consumer, read }
}

/** Writes records of one value each to the partitions with these numbers. */
export async function writeOrders(
  cluster: EmbeddedCluster,
  value: string,
  partitions: readonly number[],
): Promise<void> {
  const producer = kafkajsOf(cluster).producer()
  await producer.connect()
  const messages = partitions.map((partition) => ({ partition, value }))
  await producer.send({ topic: 'orders', messages })
  await producer.disconnect()
}
